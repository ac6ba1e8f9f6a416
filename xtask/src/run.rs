//! `cargo xtask run`: builds everything and serves it.

use crate::steps::{self, Step};
use crate::{
    build, demo,
    fresh::{self, Bundle},
    tools,
};
use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use std::process::Command;

const BUNDLE: Bundle = Bundle {
    page: "dist/index.html",
    note: "built-index.html",
    sources: &[".cargo", "Trunk.toml", "frontend", "index.html", "xtask/shrink"],
};
const SPA: Step = (build::SPA.0, || fresh::unless_built(&BUNDLE, build::SPA.1));

pub fn run(serve: &[&str]) -> Result<()> {
    let steps = [tools::WASM_TARGET, tools::WASM_BINDGEN, tools::TRUNK, SPA, build::SERVER, build::COMPRESSED];
    steps::all(&steps, |_| "cargo xtask run".to_owned())?;
    let latchkey = build::latchkey()?;
    demo::account(&latchkey, demo::database(serve))?;
    // `exec` replaces this process, so that the server receives Ctrl-C itself.
    Err(Command::new(&latchkey).arg("serve").args(serve).exec()).context("cannot start the server")
}
