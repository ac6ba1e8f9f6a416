//! What turns the SPA into something that a browser runs: the wasm target, wasm-bindgen and trunk.
//!
//! The tools are pinned and compiled once per user and version, into a cache that all checkouts share.

use crate::shell;
use crate::steps::{self, Step};
use anyhow::{Context, Result};
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

pub const WASM: &str = "wasm32-unknown-unknown";
const TRUNK_VERSION: &str = "0.21.14";

pub const WASM_TARGET: Step = ("the wasm32 target", wasm_target);
pub const WASM_BINDGEN: Step = ("wasm-bindgen", wasm_bindgen);
pub const TRUNK: Step = ("trunk", trunk);

/// Not every rustup adds the targets of rust-toolchain.toml by itself, and not every Rust has a rustup.
fn wasm_target() -> Result<()> {
    let libraries = shell::output(&mut shell::command(&format!("rustc --print target-libdir --target {WASM}")));
    if libraries.is_some_and(|folder| Path::new(&folder).exists()) {
        return Ok(());
    }
    shell::run(&mut shell::command(&format!("rustup target add {WASM}")))
}

/// The tool must be of the very version of the crate, which Cargo.lock knows.
fn wasm_bindgen() -> Result<()> {
    // Its own lock file has named a version that the registry did not have: so without `--locked`.
    install("wasm-bindgen-cli", &wasm_bindgen_version()?, "wasm-bindgen", "", "2 minutes")
}

fn trunk() -> Result<()> {
    // All but the look-up of newer versions of itself.
    let flags = "--locked --no-default-features --features rustls";
    install("trunk", TRUNK_VERSION, "trunk", flags, "5 minutes")
}

/// `cargo xtask tools`: gets the tools, and prints last what has to be added to the PATH.
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

/// A command that finds the pinned tools before any others, from a line without quotes.
pub fn command(line: &str) -> Result<Command> {
    let others = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(pinned()?.into_iter().chain(env::split_paths(&others)))?;
    let mut command = shell::command(line);
    command.env("PATH", path);
    Ok(command)
}

fn install(krate: &str, version: &str, program: &str, flags: &str, time: &str) -> Result<()> {
    let there = || -> Result<bool> {
        let says = shell::output(command(program)?.arg("--version"));
        Ok(says.is_some_and(|line| line.split(' ').nth(1) == Some(version)))
    };
    once(&folder(krate, version), there, |partial| {
        let package = format!("{krate}@{version}");
        if download(partial, &package) {
            return Ok(());
        }
        println!("      {krate} {version}: compiling (about {time}, once for all checkouts)");
        compile(partial, &package, flags)
    })
}

/// Makes a tool, unless it is there, or another checkout is making it at this moment.
pub fn once(tool: &Path, there: impl Fn() -> Result<bool>, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    if there()? {
        return Ok(());
    }
    let partial = tool.with_added_extension("partial");
    fs::create_dir_all(tool.parent().context("the cache has no folder")?)?;
    let lock = File::create(tool.with_added_extension("lock"))?;
    if lock.try_lock().is_err() {
        println!("      waiting for another checkout, which is making it");
        lock.lock()?;
    }
    if there()? {
        return Ok(());
    }
    make(&partial)?;
    // A tool is in its place whole or not at all.
    let _ = fs::remove_dir_all(tool);
    fs::rename(&partial, tool).with_context(|| format!("cannot make {}", tool.display()))
}

/// With `cargo binstall`, where it is there.
fn download(root: &Path, package: &str) -> bool {
    let there = shell::output(&mut shell::command("cargo binstall -V")).is_some();
    let mut binstall = shell::command("cargo binstall --no-confirm --disable-strategies compile");
    there && shell::run(binstall.arg("--root").arg(root).arg(package)).is_ok()
}

/// Without optimisation: quick enough, and there in less than half the time.
fn compile(root: &Path, package: &str, flags: &str) -> Result<()> {
    // Kept until all is done, so that an interrupted build goes on where it was.
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

/// Of a tool, in the cache.
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
    fn the_lock_file_knows_a_crate_by_its_whole_name() {
        let lock =
            "[[package]]\nname = \"a-b\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n";
        assert_eq!(locked(lock, "b"), Some("2.0.0"));
        assert_eq!(locked(lock, "a"), None);
    }

    #[test]
    fn the_pin_holds_the_locked_wasm_bindgen() {
        let version = locked(include_str!("../../Cargo.lock"), "wasm-bindgen").unwrap();
        assert!(include_str!("../../Cargo.toml").contains(&format!("wasm-bindgen = \"={version}\"")));
    }
}
