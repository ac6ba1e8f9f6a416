//! axe-core, which finds accessibility violations in a page; the only tool from npm.

use crate::{shell, system, tools};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

const PACKAGE: &str = include_str!("../axe/package.json");
/// Pins the version and its hash.
const LOCK: &str = include_str!("../axe/package-lock.json");

/// Installs axe-core in the cache.
pub fn get() -> Result<()> {
    let kept = || fs::read_to_string(tool().join("package-lock.json"));
    let is_installed = || Ok(script().exists() && kept().is_ok_and(|kept| kept == LOCK));
    tools::install_once(&tool(), is_installed, install).context("no axe-core: it requires npm")
}

fn install(folder: &Path) -> Result<()> {
    system::npm()?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("package.json"), PACKAGE)?;
    fs::write(folder.join("package-lock.json"), LOCK)?;
    shell::run(shell::command("npm ci --ignore-scripts --no-audit --no-fund --prefix").arg(folder))
}

/// The path of the script to run in a page.
pub fn script() -> PathBuf {
    tool().join("node_modules/axe-core/axe.min.js")
}

fn tool() -> PathBuf {
    tools::folder("axe-core", "4")
}
