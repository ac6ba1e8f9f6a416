//! The two things that Latchkey is: a server and a single-page app.

use crate::steps::Step;
use crate::{shell, tools};
use anyhow::{Context, Result};
use std::env;
use std::path::PathBuf;
use std::process::Command;

pub const SPA: Step = ("the single-page app", spa);
pub const SERVER: Step = ("the server", server);
pub const SERVER_WITH_ALL: Step = ("the server with all stores", server_with_all);
pub const COMPRESSED: Step = ("the app, compressed", compress);

/// In release mode, in `dist/`.
fn spa() -> Result<()> {
    shell::run(&mut trunk("build --release")?)
}

/// In release mode for all commands, so that it is compiled once.
fn server() -> Result<()> {
    shell::run(&mut shell::command("cargo build --release --package latchkey-backend"))
}

/// With what the newcomer's first build does not wait for.
fn server_with_all() -> Result<()> {
    shell::run(&mut shell::command("cargo build --release --package latchkey-backend --features postgres"))
}

/// The forms in which the server sends the app's files: it would make them itself, at every start.
fn compress() -> Result<()> {
    shell::run(Command::new(latchkey()?).args(["compress", "dist"]))
}

/// trunk, which takes NO_COLOR only as `true` or `false`.
pub fn trunk(arguments: &str) -> Result<Command> {
    let mut trunk = tools::command(&format!("trunk {arguments}"))?;
    if env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    Ok(trunk)
}

/// The server that was built.
pub fn latchkey() -> Result<PathBuf> {
    Ok(target()?.join("release/latchkey"))
}

/// Cargo's target folder: whatever the settings say, xtask lies in a profile's folder of it.
pub fn target() -> Result<PathBuf> {
    let xtask = env::current_exe()?;
    Ok(xtask.ancestors().nth(2).context("xtask is not in a target folder")?.to_owned())
}
