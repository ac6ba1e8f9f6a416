//! Tools that cargo installs: the wasm target, wasm-bindgen and trunk, which build the SPA, and geckodriver.
//!
//! Their versions are pinned. They are installed once per user and version, in a cache that all checkouts share.

use crate::shell;
use crate::steps::{self, Step};
use anyhow::{Context, Result};
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

pub const WASM: &str = "wasm32-unknown-unknown";
const TRUNK_VERSION: &str = "0.21.14";
const GECKODRIVER_VERSION: &str = "0.37.1";

pub const WASM_TARGET: Step = ("the wasm32 target", wasm_target);
pub const WASM_BINDGEN: Step = ("wasm-bindgen", wasm_bindgen);
pub const TRUNK: Step = ("trunk", trunk);
pub const GECKODRIVER: Step = ("geckodriver", get_geckodriver);

/// Adds the wasm target if it is missing. Not every rustup adds the targets of rust-toolchain.toml, and not every Rust
/// installation has rustup.
fn wasm_target() -> Result<()> {
    let libraries = shell::output(&mut shell::command(&format!("rustc --print target-libdir --target {WASM}")));
    if libraries.is_some_and(|folder| Path::new(&folder).exists()) {
        return Ok(());
    }
    shell::run(&mut shell::command(&format!("rustup target add {WASM}")))
}

/// Installs the command line tool in the version of the crate in Cargo.lock: the two must be the same.
fn wasm_bindgen() -> Result<()> {
    // Without `--locked`: its lock file once named a version that is not in the registry.
    install("wasm-bindgen-cli", &wasm_bindgen_version()?, "wasm-bindgen", "", "2 minutes")
}

fn trunk() -> Result<()> {
    // All features but the check for newer versions.
    let flags = "--locked --no-default-features --features rustls";
    install("trunk", TRUNK_VERSION, "trunk", flags, "5 minutes")
}

fn get_geckodriver() -> Result<()> {
    install("geckodriver", GECKODRIVER_VERSION, "geckodriver", "--locked", "2 minutes")
}

/// The path of geckodriver, which drives Firefox.
pub fn geckodriver() -> PathBuf {
    program("geckodriver", GECKODRIVER_VERSION, "geckodriver")
}

/// `cargo xtask tools`: installs the tools; the last line of output is what to add to the PATH.
pub fn get() -> Result<()> {
    steps::all(&[WASM_TARGET, WASM_BINDGEN, TRUNK], |_| "cargo xtask tools".to_owned())?;
    println!("{}", env::join_paths(pinned()?)?.display());
    Ok(())
}

/// The folders of the pinned tools.
fn pinned() -> Result<[PathBuf; 2]> {
    let pinned = [folder("wasm-bindgen-cli", &wasm_bindgen_version()?), folder("trunk", TRUNK_VERSION)];
    Ok(pinned.map(|tool| tool.join("bin")))
}

/// Parses a command line, without quotes. The command's PATH begins with the pinned tools.
pub fn command(line: &str) -> Result<Command> {
    let others = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(pinned()?.into_iter().chain(env::split_paths(&others)))?;
    let mut command = shell::command(line);
    command.env("PATH", path);
    Ok(command)
}

fn install(krate: &str, version: &str, name: &str, flags: &str, time: &str) -> Result<()> {
    let is_installed = || -> Result<bool> {
        let version_line = shell::output(Command::new(program(krate, version, name)).arg("--version"));
        Ok(version_line.is_some_and(|line| line.split(' ').nth(1) == Some(version)))
    };
    install_once(&folder(krate, version), is_installed, |partial| {
        let package = format!("{krate}@{version}");
        if download(partial, &package) {
            return Ok(());
        }
        println!("      {krate} {version}: compiling (about {time}, once for all checkouts)");
        compile(partial, &package, flags)
    })
}

/// Installs a tool into `tool`, unless it is installed already. Waits for another checkout that is installing it.
pub fn install_once(
    tool: &Path,
    is_installed: impl Fn() -> Result<bool>,
    make: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    if is_installed()? {
        return Ok(());
    }
    let partial = tool.with_added_extension("partial");
    fs::create_dir_all(tool.parent().context("the cache has no folder")?)?;
    let lock = File::create(tool.with_added_extension("lock"))?;
    if lock.try_lock().is_err() {
        println!("      waiting for another checkout, which is installing it");
        lock.lock()?;
    }
    if is_installed()? {
        return Ok(());
    }
    make(&partial)?;
    // Renamed at the end, so that an interrupted installation leaves no incomplete tool.
    let _ = fs::remove_dir_all(tool);
    fs::rename(&partial, tool).with_context(|| format!("cannot make {}", tool.display()))
}

/// Downloads a package with `cargo binstall`, if that is installed. Returns whether it succeeded.
fn download(root: &Path, package: &str) -> bool {
    let is_installed = shell::output(&mut shell::command("cargo binstall -V")).is_some();
    let mut binstall = shell::command("cargo binstall --no-confirm --disable-strategies compile");
    is_installed && shell::run(binstall.arg("--root").arg(root).arg(package)).is_ok()
}

/// Compiles a package without optimisation, which more than halves the time.
fn compile(root: &Path, package: &str, flags: &str) -> Result<()> {
    // Kept until the end, so that an interrupted build resumes.
    let target = root.join("target");
    let mut install = shell::command(&format!("cargo install {package} {flags}"));
    install.arg("--root").arg(root).env("CARGO_TARGET_DIR", &target);
    for (setting, value) in
        [("LTO", "off"), ("CODEGEN_UNITS", "256"), ("OPT_LEVEL", "0"), ("DEBUG", "0"), ("STRIP", "symbols")]
    {
        install.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    shell::run(&mut install)?;
    fs::remove_dir_all(&target).context("cannot clean up")
}

/// The path of a program of a tool that cargo installed.
fn program(krate: &str, version: &str, name: &str) -> PathBuf {
    folder(krate, version).join("bin").join(name)
}

/// The folder of a tool in the cache.
pub fn folder(krate: &str, version: &str) -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").filter(|cache| !cache.is_empty());
    let cache = cache.map_or_else(|| env::home_dir().unwrap_or_default().join(".cache"), PathBuf::from);
    cache.join("latchkey/tools").join(format!("{krate}-{version}"))
}

fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string("Cargo.lock").context("cannot read Cargo.lock")?;
    locked(&lock, "wasm-bindgen").map(str::to_owned).context("Cargo.lock has no wasm-bindgen")
}

fn locked<'a>(lock: &'a str, krate: &str) -> Option<&'a str> {
    let package = format!("name = \"{krate}\"\nversion = \"");
    lock.split_once(&package)?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::locked;

    #[test]
    fn a_locked_version_is_found_by_the_crates_whole_name() {
        let lock =
            "[[package]]\nname = \"a-b\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n";
        assert_eq!(locked(lock, "b"), Some("2.0.0"));
        assert_eq!(locked(lock, "a"), None);
    }

    #[test]
    fn cargo_toml_pins_the_locked_wasm_bindgen() {
        let version = locked(include_str!("../../Cargo.lock"), "wasm-bindgen").unwrap();
        assert!(include_str!("../../Cargo.toml").contains(&format!("wasm-bindgen = \"={version}\"")));
    }
}
