//! `cargo xtask dist`: builds one binary with the app inside, and an archive of it with what installs it.

use crate::{build, shell, steps, steps::Step, tools};
use anyhow::Result;
use std::fs;
use std::process::Command;

/// The steps to the binary.
pub const STEPS: [Step; 7] = [
    tools::WASM_TARGET,
    tools::WASM_BINDGEN,
    tools::TRUNK,
    build::SPA,
    build::SERVER_WITH_ALL,
    build::COMPRESSED,
    build::SERVER_WITH_APP,
];

pub fn dist() -> Result<()> {
    steps::all(&STEPS, |_| "cargo xtask dist".to_owned())?;

    let name = concat!("latchkey-", env!("CARGO_PKG_VERSION"));
    let (binary, parent) = (build::latchkey_with_app()?, build::target()?.join("dist"));
    let folder = parent.join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    fs::copy(&binary, folder.join("latchkey"))?;
    for file in ["deploy/latchkey.service", "deploy/latchkey.env", "LICENSE-APACHE", "LICENSE-MIT"] {
        shell::run(Command::new("cp").arg(file).arg(&folder))?;
    }
    let archive = parent.join(format!("{name}.tar.gz"));
    shell::run(Command::new("tar").arg("-czf").arg(&archive).arg("-C").arg(&parent).arg(name))?;
    println!("\n      {}\n      {}", binary.display(), archive.display());
    Ok(())
}
