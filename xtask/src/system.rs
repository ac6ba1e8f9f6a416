//! What tests need from the machine itself: found, or installed from the distribution's packages where that can be done.

use crate::{shell, tools};
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where servers lie that ordinary users are not expected to start.
const SYSTEM_PROGRAMS: &str = "/usr/sbin";

/// Chromium and its driver.
pub fn browser() -> Result<()> {
    ensure(|| chromium().and(chromedriver()), "chromium chromium-driver")
}

/// Makes load for the bench.
pub fn wrk() -> Result<()> {
    let there = || on_path(&["wrk"]).context("no wrk: install it (Debian's package is `wrk`)");
    ensure(there, "wrk")
}

/// Gets what only npm has.
pub fn npm() -> Result<()> {
    let there = || on_path(&["npm"]).context("no npm: install it (Debian's package is `npm`)");
    ensure(there, "npm")
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
    let found = named("NGINX_BIN").or_else(|| on_path(&["nginx"])).unwrap_or(unpacked);
    let runs = shell::output(Command::new(&found).arg("-v")).is_some();
    runs.then_some(found).context("no nginx: install it (Debian's package is `nginx`), or give its path in NGINX_BIN")
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

/// PostgreSQL's programs, with which the tests start clusters themselves. Its package, installed, would make one and start it.
pub fn get_postgres() -> Result<()> {
    if postgres().is_err() && env::consts::OS == "linux" {
        // Whether it worked is seen by looking again.
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

fn install_postgres() -> Result<()> {
    install("postgresql-common")?;
    let mut settings = shell::command(&format!("{}sh -c", as_root()));
    shell::run(settings.arg("echo create_main_cluster = false >/etc/postgresql-common/createcluster.conf"))?;
    apt_get("install --yes --no-install-recommends postgresql")
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from)
}

/// The first of the programs that there is.
fn on_path(programs: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let file = |name| {
        env::split_paths(&path)
            .chain([SYSTEM_PROGRAMS.into()])
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    };
    programs.iter().find_map(file)
}

/// Packages of the distribution, where that can be done.
pub fn install(packages: &str) -> Result<()> {
    apt_get("update")?;
    apt_get(&format!("install --yes --no-install-recommends {packages}"))
}

fn apt_get(arguments: &str) -> Result<()> {
    let line = format!("{}apt-get {arguments}", as_root());
    shell::run(shell::command(&line).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// What a command has to begin with to be root's.
fn as_root() -> &'static str {
    let root = shell::output(&mut shell::command("id -u")).as_deref() == Some("0");
    // Nobody expects a prompt for a password in the middle of a build.
    if root { "" } else { "sudo --non-interactive " }
}
