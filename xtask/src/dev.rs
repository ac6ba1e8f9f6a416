//! `cargo xtask dev`: `trunk serve` with the API behind its proxy.

use crate::{build, demo, steps, tools};
use anyhow::{Context, Result, ensure};
use signal_hook::consts::{SIGCHLD, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::env;
use std::process::{Child, Command};

pub fn dev() -> Result<()> {
    let steps = [tools::WASM_TARGET, tools::WASM_BINDGEN, tools::TRUNK, build::SERVER];
    steps::all(&steps, |_| "cargo xtask dev".to_owned())?;
    let latchkey = build::latchkey()?;
    demo::account(&latchkey, None)?;

    // Registered before the children are started, so that no SIGCHLD is missed.
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGCHLD])?;
    // Trunk.toml holds the same two addresses.
    let mut api = Command::new(&latchkey);
    api.arg("serve").env("LATCHKEY_LISTEN", "127.0.0.1:8080");
    if env::var_os("LATCHKEY_PUBLIC_URL").is_none() {
        api.env("LATCHKEY_PUBLIC_URL", "http://127.0.0.1:8081");
    }
    // Not in `dist/`, which keeps the release build.
    let mut spa = build::trunk("serve")?;
    spa.arg("--dist").arg(build::target()?.join("dev-dist"));

    let mut children = [api.spawn().context("cannot start the server")?, spa.spawn().context("cannot start trunk")?];
    let interrupted = signals.forever().find_map(|signal| match signal {
        SIGCHLD => children.iter_mut().any(|child| !matches!(child.try_wait(), Ok(None))).then_some(false),
        _ => Some(true),
    });
    children.iter_mut().try_for_each(end)?;
    ensure!(interrupted == Some(true), "the server or trunk ended by itself; its output is above");
    Ok(())
}

/// Sends SIGINT to a child that is still running, and waits for it.
fn end(child: &mut Child) -> Result<()> {
    if child.try_wait()?.is_none() {
        Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
        child.wait()?;
    }
    Ok(())
}
