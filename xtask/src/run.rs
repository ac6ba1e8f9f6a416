//! `cargo xtask run`: from nothing to a served page.

use crate::{build, demo, steps, tools};
use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use std::process::Command;

pub fn run(serve: &[&str]) -> Result<()> {
    let steps = [tools::WASM_TARGET, tools::WASM_BINDGEN, tools::TRUNK, build::SPA, build::SERVER];
    steps::all(&steps, |_| "cargo xtask run".to_owned())?;
    let latchkey = build::latchkey()?;
    demo::account(&latchkey, demo::database(serve))?;
    // Becoming the server leaves nobody between it and the person's Ctrl-C.
    Err(Command::new(&latchkey).arg("serve").args(serve).exec()).context("cannot start the server")
}
