//! `cargo xtask run notes`: builds and serves `examples/notes`, the second app built on the libraries.

use crate::steps::{self, Step};
use crate::{
    build, demo,
    fresh::{self, Bundle},
    shell, tools,
};
use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

const FOLDER: &str = "examples/notes";

const BUNDLE: Bundle = Bundle {
    page: "examples/notes/app/dist/index.html",
    note: "built-notes.html",
    sources: &[
        "examples/notes/app/Cargo.toml",
        "examples/notes/app/Trunk.toml",
        "examples/notes/app/index.html",
        "examples/notes/app/notes.css",
        "examples/notes/app/src",
        "examples/notes/types",
    ],
};

const APP: Step = ("the notes app", || fresh::unless_built(&BUNDLE, app));
const SERVER: Step = ("its server", server);

/// Serves on the server's default address, unless the arguments name another: `--listen 127.0.0.1:8091`.
pub fn run(arguments: &[&str]) -> Result<()> {
    let steps = [tools::WASM_TARGET, tools::WASM_BINDGEN, tools::TRUNK, APP, SERVER];
    steps::all(&steps, |_| "cargo xtask run notes".to_owned())?;
    let server = build::target()?.join("debug/notes-server");
    demo::notes_account(&server, Path::new(FOLDER))?;
    // `exec` replaces this process, so that the server receives Ctrl-C itself.
    Err(Command::new(&server).args(arguments).current_dir(FOLDER).exec()).context("cannot start the server")
}

fn app() -> Result<()> {
    shell::run(build::trunk("build --release")?.current_dir(Path::new(FOLDER).join("app")))
}

/// Builds the server without optimisation, which halves the time; the example is not benchmarked.
fn server() -> Result<()> {
    shell::run(&mut shell::command("cargo build --package notes-server"))
}
