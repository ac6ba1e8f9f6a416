//! What tests need from the machine itself: found, or installed from the distribution's packages where that can be done.

use crate::shell;
use anyhow::{Context, Result};
use std::env;
use std::path::PathBuf;

/// Chromium and its driver.
pub fn browser() -> Result<()> {
    let there = || chromium().and(chromedriver());
    if there().is_err() && env::consts::OS == "linux" {
        // Whether it worked is seen by looking again.
        let _ = install("chromium chromium-driver");
    }
    there().map(drop)
}

pub fn chromium() -> Result<PathBuf> {
    find("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])
        .context("no Chromium: install it (Debian's package is `chromium`), or give its path in CHROMIUM")
}

pub fn chromedriver() -> Result<PathBuf> {
    find("CHROMEDRIVER", &["chromedriver"]).context(
        "no ChromeDriver: install it (Debian's package is `chromium-driver`), or give its path in CHROMEDRIVER",
    )
}

/// The program that a variable names, or else the first on PATH.
fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(named) = env::var_os(variable) {
        return Some(named.into());
    }
    let path = env::var_os("PATH")?;
    let in_path = |name| {
        env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    };
    names.iter().find_map(in_path)
}

fn install(packages: &str) -> Result<()> {
    let root = shell::output(&mut shell::command("id -u")).as_deref() == Some("0");
    // Nobody expects a prompt for a password in the middle of a build.
    let apt_get = if root {
        "apt-get"
    } else {
        "sudo --non-interactive apt-get"
    };
    shell::run(&mut shell::command(&format!("{apt_get} update")))?;
    let line = format!("{apt_get} install --yes --no-install-recommends {packages}");
    shell::run(shell::command(&line).env("DEBIAN_FRONTEND", "noninteractive"))
}
