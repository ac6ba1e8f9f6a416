//! `cargo xtask first-load`: finds out which functions of the app no first load needs, and writes the list by which the module is split
//! in two. Run it when a change makes a first load larger than its budget, or makes it load the rest at once.

use crate::{build, shell, steps, system, test, tools, unpacked};
use anyhow::{Context, Result, ensure};
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;
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
    let folder = build::target()?.join("first-load");
    let (named, reporting) = (folder.join("named"), folder.join("reporting"));
    fs::create_dir_all(&folder)?;
    build::spa_with_names(&named)?;
    copy(&named, &reporting)?;
    build::shrink(&[OsStr::new("--record"), reporting.as_os_str()])?;

    let mut example = shell::command("cargo run --quiet --package latchkey-e2e --example first_load");
    let example = test::with_browser(&mut example)?.env("LATCHKEY_DIST", &reporting);
    let reports = example.stderr(Stdio::inherit()).output()?;
    ensure!(reports.status.success(), "the app could not be opened");

    let mut list = shell::command("cargo run --quiet --package latchkey-shrink -- --list");
    let mut list = list.arg(&named).arg(build::REST_LIST).stdin(Stdio::piped()).spawn()?;
    list.stdin.take().context("standard input is piped")?.write_all(&reports.stdout)?;
    ensure!(list.wait()?.success(), "the list cannot be written");
    println!("      {} has {} lines", build::REST_LIST, fs::read_to_string(build::REST_LIST)?.lines().count());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
