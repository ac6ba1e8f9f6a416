//! The OpenAPI document for those who generate clients: two linters find nothing in it, and a generated client each in Python and in
//! TypeScript logs in, checks the session, reads problems and logs out.

use crate::api_server::{Server, database};
use crate::{build, demo, python, shell, system, tools};
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

const REQUIREMENTS: &str = include_str!("../clients/requirements.txt");
const PACKAGE: &str = include_str!("../clients/package.json");
/// Pins the versions and their hashes.
const LOCK: &str = include_str!("../clients/package-lock.json");

const CREDENTIALS: [(&str, &str); 2] = [("EMAIL", "ada@example.org"), ("PASSWORD", "seven slow green trams")];

const DOWNLOAD: &str =
    "import os, urllib.request as r; r.urlretrieve(os.environ['LATCHKEY_URL'] + '/api/openapi.json', 'latchkey.json')";

/// Installs the linters and generators in the cache.
pub fn get() -> Result<()> {
    python::install(&python_tools(), REQUIREMENTS)
        .context("no openapi-python-client: it requires Python 3.10 or newer")?;
    let kept = || fs::read_to_string(node_tools().join("package-lock.json"));
    let is_installed = || Ok(kept().is_ok_and(|kept| kept == LOCK) && node_tools().join("node_modules").exists());
    let install = |folder: &Path| {
        system::npm()?;
        fs::create_dir_all(folder)?;
        fs::write(folder.join("package.json"), PACKAGE)?;
        fs::write(folder.join("package-lock.json"), LOCK)?;
        shell::run(shell::command("npm ci --ignore-scripts --no-audit --no-fund --prefix").arg(folder))
    };
    tools::install_once(&node_tools(), is_installed, install).context("no linters of OpenAPI: they require npm")
}

pub fn clients() -> Result<()> {
    let sources = env::current_dir()?.join("xtask/clients");
    let folder = build::target()?.join("clients");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let server = Server::start(&folder)?;
    let [(_, email), (_, password)] = CREDENTIALS;
    let mut add = Command::new(build::latchkey()?);
    add.args(["user", "add", email, "--password-stdin"]).env("LATCHKEY_DATABASE_URL", database(&folder));
    demo::feed(&mut add, password)?;

    let run = |command: &mut Command| {
        command.current_dir(&folder).env("LATCHKEY_URL", &server.url).envs(CREDENTIALS);
        command.envs([("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")]);
        shell::run(command.env("PYTHONDONTWRITEBYTECODE", "1"))
    };
    let mut python = Command::new(python::interpreter(&python_tools()));
    run(python.args(["-c", DOWNLOAD]))?;

    let node = |program: &str| shell::command(&node_tools().join("node_modules/.bin").join(program).to_string_lossy());
    run(node("redocly").args(["lint", "latchkey.json", "--config"]).arg(sources.join("redocly.yaml")))?;
    let rules = sources.join("spectral.yaml");
    run(node("spectral").args(["lint", "latchkey.json", "--fail-severity=hint", "--ruleset"]).arg(rules))?;

    let mut python = Command::new(python::interpreter(&python_tools()));
    python.args("-m openapi_python_client generate --path latchkey.json --meta none --fail-on-warning".split(' '));
    fs::write(folder.join("generator.yaml"), "post_hooks: []\n")?;
    run(python.args("--output-path latchkey_client --config generator.yaml".split(' ')))?;
    let mut python = Command::new(python::interpreter(&python_tools()));
    run(python.arg(sources.join("client.py")).env("PYTHONPATH", &folder)).context("the client in Python")?;

    for file in ["package.json", "client.ts", "tsconfig.json"] {
        fs::copy(sources.join(file), folder.join(file))?;
    }
    symlink(node_tools().join("node_modules"), folder.join("node_modules"))?;
    run(node("openapi-typescript").args(["latchkey.json", "--output", "latchkey.ts"]))?;
    run(node("tsc").args(["--project", "tsconfig.json"])).context("the client in TypeScript")?;
    run(shell::command("node client.js").env("NODE_NO_WARNINGS", "1")).context("the client in TypeScript")
}

fn python_tools() -> PathBuf {
    let pin = REQUIREMENTS.lines().find_map(|line| line.strip_prefix("openapi-python-client=="));
    tools::folder("openapi-python-client", pin.unwrap_or("unpinned"))
}

fn node_tools() -> PathBuf {
    tools::folder("openapi-clients", "1")
}
