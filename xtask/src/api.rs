//! Runs schemathesis against a server: every answer must match the OpenAPI document, and none may be a 5xx. Runs once with
//! a session (xtask/schemathesis/hooks.py), and once without.

use crate::api_server::{self, Server};
use crate::{build, python, shell, tools};
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const REQUIREMENTS: &str = include_str!("../schemathesis/requirements.txt");

/// Installs schemathesis in the cache, in a virtual environment.
pub fn get_schemathesis() -> Result<()> {
    python::install(&tool(), REQUIREMENTS).context("no schemathesis: it requires Python 3.10 or newer with `venv`")
}

pub fn api() -> Result<()> {
    let settings = env::current_dir()?.join("xtask/schemathesis");
    let folder = build::target()?.join("schemathesis");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let server = Server::start(&folder)?;

    let run = |hooks: &str, flags: &[&str]| {
        let mut schemathesis = Command::new(python::interpreter(&tool()));
        schemathesis.args(["-m", "schemathesis.cli", "--config-file"]);
        schemathesis.arg(settings.join("schemathesis.toml"));
        let document = format!("{}/api/openapi.json", server.url);
        schemathesis.arg("run").arg(document).args(flags);
        schemathesis.envs([("SCHEMATHESIS_HOOKS", hooks), ("PYTHONDONTWRITEBYTECODE", "1")]);
        schemathesis.env("PYTHONPATH", &settings);
        // The hooks need these to add users.
        schemathesis.envs([("LATCHKEY_URL", &server.url), ("LATCHKEY_DATABASE_URL", &api_server::database(&folder))]);
        schemathesis.env("LATCHKEY", build::latchkey()?);
        // schemathesis writes files into its current folder.
        shell::run(schemathesis.current_dir(&folder))
    };
    // The stream of events ends only with the session: tests/api/session_events.rs reads it.
    run("hooks", &["--exclude-path", "/api/session-events"]).context("with a session")?;
    // Without a session most answers are 401, which schemathesis would warn about.
    run("", &["--warnings", "off"]).context("without a session")
}

fn tool() -> PathBuf {
    let pin = REQUIREMENTS.lines().find_map(|line| line.strip_prefix("schemathesis=="));
    tools::folder("schemathesis", pin.unwrap_or("unpinned"))
}
