//! axe-core, which finds accessibility mistakes in a page: the one tool that comes from npm.

use crate::{shell, system, tools};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

const PACKAGE: &str = include_str!("../axe/package.json");
/// Pins the version and its hash.
const LOCK: &str = include_str!("../axe/package-lock.json");

/// In the cache.
pub fn get() -> Result<()> {
    let kept = || fs::read_to_string(tool().join("package-lock.json"));
    let there = || Ok(script().exists() && kept().is_ok_and(|kept| kept == LOCK));
    tools::once(&tool(), there, install).context("no axe-core: it takes npm")
}

fn install(folder: &Path) -> Result<()> {
    system::npm()?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("package.json"), PACKAGE)?;
    fs::write(folder.join("package-lock.json"), LOCK)?;
    shell::run(shell::command("npm ci --ignore-scripts --no-audit --no-fund --prefix").arg(folder))
}

/// The script to be run in a page.
pub fn script() -> PathBuf {
    tool().join("node_modules/axe-core/axe.min.js")
}

fn tool() -> PathBuf {
    tools::folder("axe-core", "4")
}
