//! What tests need from the machine itself: found, or installed from the distribution's packages where that can be done.

use crate::shell;
use anyhow::{Context, Result};
use std::env;
use std::path::PathBuf;

/// Chromium and its driver.
pub fn browser() -> Result<()> {
    ensure(|| chromium().and(chromedriver()), "chromium chromium-driver")
}

/// Makes load for the bench.
pub fn wrk() -> Result<()> {
    let there = || on_path(&["wrk"]).context("no wrk: install it (Debian's package is `wrk`)");
    ensure(there, "wrk")
}

fn ensure(there: impl Fn() -> Result<PathBuf>, packages: &str) -> Result<()> {
    if there().is_err() && env::consts::OS == "linux" {
        // Whether it worked is seen by looking again.
        let _ = install(packages);
    }
    there().map(drop)
}

pub fn chromium() -> Result<PathBuf> {
    named("CHROMIUM")
        .or_else(|| on_path(&["chromium", "chromium-browser", "google-chrome"]))
        .context("no Chromium: install it (Debian's package is `chromium`), or give its path in CHROMIUM")
}

pub fn chromedriver() -> Result<PathBuf> {
    named("CHROMEDRIVER").or_else(|| on_path(&["chromedriver"])).context(
        "no ChromeDriver: install it (Debian's package is `chromium-driver`), or give its path in CHROMEDRIVER",
    )
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from)
}

/// The first of the programs that there is.
fn on_path(programs: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let file = |name| env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    programs.iter().find_map(file)
}

fn install(packages: &str) -> Result<()> {
    let root = shell::output(&mut shell::command("id -u")).as_deref() == Some("0");
    // Nobody expects a prompt for a password in the middle of a build.
    let apt_get = if root { "apt-get" } else { "sudo --non-interactive apt-get" };
    shell::run(&mut shell::command(&format!("{apt_get} update")))?;
    let line = format!("{apt_get} install --yes --no-install-recommends {packages}");
    shell::run(shell::command(&line).env("DEBIAN_FRONTEND", "noninteractive"))
}
