//! What turns the SPA into something that a browser runs: the wasm target, wasm-bindgen and trunk.
//!
//! The tools are pinned and compiled once per user and version, into a cache that all checkouts share.

use crate::shell;
use crate::steps::Step;
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, ffi::OsString};

pub const WASM: &str = "wasm32-unknown-unknown";
const TRUNK_VERSION: &str = "0.21.14";

pub const WASM_TARGET: Step = ("the wasm32 target", wasm_target);
pub const WASM_BINDGEN: Step = ("wasm-bindgen", wasm_bindgen);
pub const TRUNK: Step = ("trunk", trunk);

/// Not every rustup adds the targets of rust-toolchain.toml by itself, and not every Rust has a rustup.
fn wasm_target() -> Result<()> {
    let libraries = shell::output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]));
    match libraries {
        Some(directory) if Path::new(&directory).exists() => Ok(()),
        _ => shell::run(Command::new("rustup").args(["target", "add", WASM])),
    }
}

/// The tool must be of the very version of the crate, which Cargo.lock knows.
fn wasm_bindgen() -> Result<()> {
    // Its own lock file has named a version that the registry did not have: so without `--locked`.
    install(
        "wasm-bindgen-cli",
        &wasm_bindgen_version()?,
        "wasm-bindgen",
        "2 minutes",
        &[],
    )
}

/// Without the check for a newer trunk.
fn trunk() -> Result<()> {
    let flags = ["--locked", "--no-default-features", "--features", "rustls"];
    install("trunk", TRUNK_VERSION, "trunk", "5 minutes", &flags)
}

/// A command that finds the pinned tools before any others.
pub fn command(program: &str) -> Result<Command> {
    let pinned = [
        directory("wasm-bindgen-cli", &wasm_bindgen_version()?),
        directory("trunk", TRUNK_VERSION),
    ];
    let others = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(
        pinned
            .map(|tool| tool.join("bin"))
            .into_iter()
            .chain(env::split_paths(&others)),
    )?;
    let mut command = Command::new(program);
    command.env("PATH", path);
    Ok(command)
}

fn install(krate: &str, version: &str, program: &str, time: &str, flags: &[&str]) -> Result<()> {
    let there = || -> Result<bool> {
        let found = shell::output(command(program)?.arg("--version"));
        Ok(found.is_some_and(|line| line.split(' ').nth(1) == Some(version)))
    };
    if there()? {
        return Ok(());
    }

    let done = directory(krate, version);
    let partial = done.with_added_extension("partial");
    fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
    // Two checkouts may want the same tool at once: the second waits, and finds it there.
    let lock = File::create(done.with_added_extension("lock"))?;
    lock.lock()?;
    if there()? {
        return Ok(());
    }

    let package = format!("{krate}@{version}");
    let binstall = ["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"];
    let mut prebuilt = Command::new("cargo");
    prebuilt.args(binstall).arg(&partial).arg(&package);
    let has_binstall = shell::output(Command::new("cargo").args(["binstall", "-V"])).is_some();
    if !has_binstall || shell::run(&mut prebuilt).is_err() {
        println!("      {krate} {version}: compiling (about {time}, once per machine)");
        compile(&partial, &package, flags)?;
    }
    // A tool is in its place whole, or not at all.
    let _ = fs::remove_dir_all(&done);
    fs::rename(&partial, &done).with_context(|| format!("cannot make {}", done.display()))
}

/// Without optimisation: the tools are quick enough, and are there in less than half the time.
fn compile(root: &Path, package: &str, flags: &[&str]) -> Result<()> {
    // Kept until all is done, so that an interrupted build goes on where it was.
    let target = root.join("target");
    let mut cargo = Command::new("cargo");
    cargo.args(["install", "--root"]).arg(root).arg(package).args(flags);
    cargo.env("CARGO_TARGET_DIR", &target);
    for (setting, value) in [
        ("LTO", "off"),
        ("CODEGEN_UNITS", "256"),
        ("OPT_LEVEL", "0"),
        ("DEBUG", "0"),
        ("STRIP", "symbols"),
    ] {
        cargo.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    shell::run(&mut cargo)?;
    fs::remove_dir_all(&target).context("cannot clean up")
}

fn directory(krate: &str, version: &str) -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME")
        .filter(|cache| !cache.is_empty())
        .map(PathBuf::from);
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_else(|| OsString::from("."))).join(".cache");
    cache
        .unwrap_or_else(home)
        .join("latchkey/tools")
        .join(format!("{krate}-{version}"))
}

fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string("Cargo.lock").context("cannot read Cargo.lock")?;
    Ok(locked(&lock, "wasm-bindgen")
        .context("Cargo.lock has no wasm-bindgen")?
        .to_owned())
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
