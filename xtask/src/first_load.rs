//! `cargo xtask first-load`: finds out which functions of the app no first load needs, and writes the list by which the module is split
//! in two. Run it when a change makes a first load larger than its budget, or makes it load the rest at once.

use crate::{build, shell, steps, system, test, tools, unpacked};
use anyhow::{Context, Result, anyhow};
use std::fs;
use std::io::Write;
use std::process::Stdio;

pub fn write() -> Result<()> {
    let steps = [
        tools::WASM_TARGET,
        tools::WASM_BINDGEN,
        tools::TRUNK,
        ("Chromium", system::browser),
        ("nginx", unpacked::get_nginx),
        build::SERVER,
        ("the list", list),
    ];
    steps::all(&steps, |_| "cargo xtask first-load".to_owned())
}

fn list() -> Result<()> {
    let (named, reporting) = (build::target()?.join("named"), build::target()?.join("reporting"));
    build::spa_with_names(&named)?;
    build::spa_with_names(&reporting)?;
    let path = |folder: &std::path::Path| folder.to_str().map(str::to_owned).context("a path in UTF-8");
    build::shrink(&["--record", &path(&reporting)?])?;

    let mut example = shell::command("cargo run --quiet --package latchkey-e2e --example first_load");
    let reports = test::with_browser(&mut example)?.env("LATCHKEY_DIST", &reporting);
    let reports = shell::output(reports).context("the app could not be opened")?;

    let line = format!("cargo run --quiet --package latchkey-shrink -- --list {} {}", path(&named)?, build::LATER);
    let mut list = shell::command(&line).stdin(Stdio::piped()).spawn()?;
    list.stdin.take().context("standard input is piped")?.write_all(reports.as_bytes())?;
    list.wait()?.success().then_some(()).ok_or_else(|| anyhow!("`{line}` failed"))?;
    println!("      {} has {} lines", build::LATER, fs::read_to_string(build::LATER)?.lines().count());
    Ok(())
}
