//! `cargo xtask dist`: builds an archive for deployment.

use crate::{build, shell, steps, tools};
use anyhow::Result;
use std::fs;
use std::process::Command;

pub fn dist() -> Result<()> {
    let steps =
        [tools::WASM_TARGET, tools::WASM_BINDGEN, tools::TRUNK, build::SPA, build::SERVER_WITH_ALL, build::COMPRESSED];
    steps::all(&steps, |_| "cargo xtask dist".to_owned())?;

    let name = concat!("latchkey-", env!("CARGO_PKG_VERSION"));
    let parent = build::target()?.join("dist");
    let folder = parent.join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    fs::copy(build::latchkey()?, folder.join("latchkey"))?;
    shell::run(Command::new("cp").args(["-R", "dist"]).arg(&folder))?;
    let archive = parent.join(format!("{name}.tar.gz"));
    shell::run(Command::new("tar").arg("-czf").arg(&archive).arg("-C").arg(&parent).arg(name))?;
    println!("\n      {}", archive.display());
    Ok(())
}
