//! What tests need from the machine itself: found, or installed from the distribution's packages where that can be done.

use crate::{shell, tools};
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// nginx, which the tests start themselves. Its package, installed, would start one on port 80: it is only unpacked.
pub fn get_nginx() -> Result<()> {
    if env::consts::OS == "linux" {
        // Whether it worked is seen by looking again.
        let _ = tools::once(&unpacked_nginx(), || Ok(nginx().is_ok()), unpack_nginx);
    }
    nginx().map(drop)
}

/// Its variable is not NGINX: nginx itself reads that one.
pub fn nginx() -> Result<PathBuf> {
    let unpacked = unpacked_nginx().join("usr/sbin/nginx");
    let found = find("NGINX_BIN", &["nginx"]).or(Some(unpacked));
    let runs = |nginx: &PathBuf| shell::output(Command::new(nginx).arg("-v")).is_some();
    found.filter(runs).context("no nginx: install it (Debian's package is `nginx`), or give its path in NGINX_BIN")
}

fn unpacked_nginx() -> PathBuf {
    tools::folder("nginx", "unpacked")
}

fn unpack_nginx(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    // Without it, older lists may still do.
    let _ = apt_get("update");
    let mut unpack = Command::new("sh");
    unpack.args(["-c", "apt-get download nginx && dpkg-deb --extract nginx_*.deb ."]);
    shell::run(unpack.current_dir(folder))
}

/// The program that a variable names, or else the first on PATH, or where programs of the system lie.
fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(named) = env::var_os(variable) {
        return Some(named.into());
    }
    let path = env::var_os("PATH")?;
    let in_path = |name| {
        env::split_paths(&path).chain(["/usr/sbin".into()]).map(|folder| folder.join(name)).find(|file| file.is_file())
    };
    names.iter().find_map(in_path)
}

/// Packages of the distribution, where that can be done.
pub fn install(packages: &str) -> Result<()> {
    apt_get("update")?;
    apt_get(&format!("install --yes --no-install-recommends {packages}"))
}

fn apt_get(arguments: &str) -> Result<()> {
    let root = shell::output(&mut shell::command("id -u")).as_deref() == Some("0");
    // Nobody expects a prompt for a password in the middle of a build.
    let sudo = if root { "" } else { "sudo --non-interactive " };
    let line = format!("{sudo}apt-get {arguments}");
    shell::run(shell::command(&line).env("DEBIAN_FRONTEND", "noninteractive"))
}
