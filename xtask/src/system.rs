//! Programs that tests need from the system. Missing ones are installed from the distribution's packages if possible.

use crate::shell;
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::PathBuf;

/// The folder of server programs, which is not on every user's PATH.
const SYSTEM_PROGRAMS: &str = "/usr/sbin";

/// Ensures that Chromium and ChromeDriver are installed.
pub fn browser() -> Result<()> {
    ensure(|| chromium().and(chromedriver()), "chromium chromium-driver")
}

/// Ensures that Firefox is installed.
pub fn get_firefox() -> Result<()> {
    ensure(firefox, "firefox-esr")
}

/// Ensures that WebKitGTK's browser and driver are installed, and the X server that they need.
pub fn get_webkit() -> Result<()> {
    ensure(|| mini_browser().and(webkit_driver()).and(x_server()), "webkit2gtk-driver xvfb")
}

/// Ensures that wrk is installed, which generates load for the bench.
pub fn wrk() -> Result<()> {
    let find = || on_path(&["wrk"]).context("no wrk: install it (Debian's package is `wrk`)");
    ensure(find, "wrk")
}

/// Ensures that npm is installed.
pub fn npm() -> Result<()> {
    let find = || on_path(&["npm"]).context("no npm: install it (Debian's package is `npm`)");
    ensure(find, "npm")
}

fn ensure(find: impl Fn() -> Result<PathBuf>, packages: &str) -> Result<()> {
    if find().is_err() && env::consts::OS == "linux" {
        // The check below reports a failed installation.
        let _ = install(packages);
    }
    find().map(drop)
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

pub fn firefox() -> Result<PathBuf> {
    named("FIREFOX")
        .or_else(|| on_path(&["firefox-esr", "firefox"]))
        .context("no Firefox: install it (Debian's package is `firefox-esr`), or give its path in FIREFOX")
}

pub fn webkit_driver() -> Result<PathBuf> {
    named("WEBKIT_DRIVER").or_else(|| on_path(&["WebKitWebDriver"])).context(
        "no WebKitWebDriver: install it (Debian's package is `webkit2gtk-driver`), or give its path in WEBKIT_DRIVER",
    )
}

/// WebKitGTK's browser, which is in the folder of its library.
pub fn mini_browser() -> Result<PathBuf> {
    let libraries = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|folder| folder.path());
    let installed = libraries.map(|folder| folder.join("webkit2gtk-4.1/MiniBrowser")).find(|browser| browser.is_file());
    named("MINI_BROWSER").or(installed).context(
        "no MiniBrowser of WebKitGTK: install it (Debian's package is `webkit2gtk-driver`), or give its path in MINI_BROWSER",
    )
}

pub fn x_server() -> Result<PathBuf> {
    on_path(&["Xvfb"]).context("no Xvfb: install it (Debian's package is `xvfb`)")
}

/// Ensures that PostgreSQL's programs are installed, with which tests start temporary clusters.
pub fn get_postgres() -> Result<()> {
    if postgres().is_err() && env::consts::OS == "linux" {
        // The check below reports a failed installation.
        let _ = install_postgres();
    }
    postgres().map(drop)
}

fn postgres() -> Result<PathBuf> {
    let by_version = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let by_version = by_version.map(|version| version.path().join("bin/initdb")).find(|initdb| initdb.is_file());
    let found = named("LATCHKEY_POSTGRES_BIN").or_else(|| on_path(&["initdb"])).or(by_version);
    found.or_else(|| named("LATCHKEY_TEST_POSTGRES_URL")).context(
        "no PostgreSQL: install it (Debian's package is `postgresql`), give the folder of its programs in LATCHKEY_POSTGRES_BIN, \
         or the URL of a server in LATCHKEY_TEST_POSTGRES_URL",
    )
}

/// Installs PostgreSQL without the cluster that its package creates and starts by default.
fn install_postgres() -> Result<()> {
    install("postgresql-common")?;
    let mut settings = shell::command(&format!("{}sh -c", as_root()));
    shell::run(settings.arg("echo create_main_cluster = false >/etc/postgresql-common/createcluster.conf"))?;
    apt_get("install --yes --no-install-recommends postgresql")
}

pub fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from)
}

/// The path of the first of the programs that is on the PATH.
pub fn on_path(programs: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let file = |name| {
        env::split_paths(&path)
            .chain([SYSTEM_PROGRAMS.into()])
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    };
    programs.iter().find_map(file)
}

/// Installs packages of the distribution with apt-get.
pub fn install(packages: &str) -> Result<()> {
    apt_get("update")?;
    apt_get(&format!("install --yes --no-install-recommends {packages}"))
}

pub fn apt_get(arguments: &str) -> Result<()> {
    let line = format!("{}apt-get {arguments}", as_root());
    shell::run(shell::command(&line).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The prefix that makes root run a command.
fn as_root() -> &'static str {
    let root = shell::output(&mut shell::command("id -u")).as_deref() == Some("0");
    // A build must not wait for a password.
    if root { "" } else { "sudo --non-interactive " }
}
