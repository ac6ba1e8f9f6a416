//! Builds the server and the single-page app.

use crate::steps::Step;
use crate::{shell, tools};
use anyhow::{Context, Result};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const SPA: Step = ("the single-page app", spa);
pub const SERVER: Step = ("the server", server);
pub const SERVER_WITH_ALL: Step = ("the server with all stores", server_with_all);
pub const COMPRESSED: Step = ("the app, compressed", compress);
pub const SERVER_WITH_APP: Step = ("the server with the app inside, for deployment", server_with_app);

/// The functions that a first load does not need; `cargo xtask first-load` writes the list.
pub const REST_LIST: &str = "frontend/rest.txt";

/// Builds the SPA in release mode, in `dist/`.
fn spa() -> Result<()> {
    spa_with_names(Path::new("dist"))?;
    shrink(&["dist", REST_LIST])
}

/// Builds the SPA in release mode, in a folder. Its functions have names, by which `latchkey-shrink` finds them; the flags that
/// these depend on are in .cargo/config.toml, and the variables would replace them.
pub fn spa_with_names(folder: &Path) -> Result<()> {
    let mut trunk = trunk("build --release --dist")?;
    trunk.arg(folder).env("CARGO_PROFILE_SPA_STRIP", "none").env_remove("RUSTFLAGS");
    shell::run(trunk.env_remove("CARGO_ENCODED_RUSTFLAGS"))
}

/// Runs `latchkey-shrink`.
pub fn shrink(arguments: &[impl AsRef<OsStr>]) -> Result<()> {
    shell::run(shell::command("cargo run --quiet --package latchkey-shrink --").args(arguments))
}

/// Builds the server. All commands use the release mode, so that it is compiled once.
fn server() -> Result<()> {
    shell::run(&mut shell::command("cargo build --release --package latchkey-backend"))
}

/// Builds the server with all features, also those that a newcomer's first build leaves out.
fn server_with_all() -> Result<()> {
    shell::run(&mut shell::command("cargo build --release --package latchkey-backend --features postgres"))
}

/// Compresses the SPA's files in advance, so that the server need not do it at every start.
fn compress() -> Result<()> {
    shell::run(Command::new(latchkey()?).args(["compress", "dist"]))
}

/// Builds the binary that is deployed, with the app of `dist/` inside. It is copied, because the next build without the app replaces it.
fn server_with_app() -> Result<()> {
    let line = "cargo build --release --package latchkey-backend --features postgres,embedded";
    shell::run(&mut shell::command(line))?;
    let binary = latchkey_with_app()?;
    fs::create_dir_all(binary.parent().context("it is in a folder")?)?;
    // A running copy could not be written to.
    let _ = fs::remove_file(&binary);
    fs::copy(latchkey()?, binary)?;
    Ok(())
}

/// A trunk command. Trunk accepts NO_COLOR only as `true` or `false`.
pub fn trunk(arguments: &str) -> Result<Command> {
    let mut trunk = tools::command(&format!("trunk {arguments}"))?;
    if env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    Ok(trunk)
}

/// The path of the release binary of the server.
pub fn latchkey() -> Result<PathBuf> {
    Ok(target()?.join("release/latchkey"))
}

/// The path of the binary that is deployed.
pub fn latchkey_with_app() -> Result<PathBuf> {
    Ok(target()?.join("dist/latchkey"))
}

/// Cargo's target folder, found from the path of xtask itself, so that it respects all settings of Cargo.
pub fn target() -> Result<PathBuf> {
    let xtask = env::current_exe()?;
    Ok(xtask.ancestors().nth(2).context("xtask is not in a target folder")?.to_owned())
}
