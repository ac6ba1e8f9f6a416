//! Runs schemathesis against a server: every answer must match the OpenAPI document, and none may be a 5xx. Runs once with
//! a session (xtask/schemathesis/hooks.py), and once without.

use crate::{build, shell, system, tools};
use anyhow::{Context, Result, ensure};
use std::env;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Without rate limits, because all requests come from one address; with extendable deadlines, to reach more of the API.
const SERVE: &str = "serve --login-rate 0 --session-refresh sliding --idle-timeout 1h";

const REQUIREMENTS: &str = include_str!("../schemathesis/requirements.txt");

/// Installs schemathesis in the cache, in a virtual environment.
pub fn get_schemathesis() -> Result<()> {
    let kept = || fs::read_to_string(tool().join("requirements.txt"));
    tools::install_once(
        &tool(),
        || Ok(kept().is_ok_and(|kept| kept == REQUIREMENTS)),
        |partial| {
            let environment = || shell::run(shell::command("python3 -m venv --clear").arg(partial));
            // On Debian the module is a package of its own.
            environment().or_else(|_| system::install("python3-venv").and_then(|()| environment()))?;
            let requirements = partial.join("requirements.txt");
            fs::write(&requirements, REQUIREMENTS)?;
            let mut pip = Command::new(python(partial));
            pip.args("-m pip install --quiet --disable-pip-version-check --requirement".split(' '));
            shell::run(pip.arg(requirements))
        },
    )
    .context("no schemathesis: it requires Python 3.10 or newer with `venv`")
}

pub fn api() -> Result<()> {
    let settings = env::current_dir()?.join("xtask/schemathesis");
    let folder = build::target()?.join("schemathesis");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let server = Server::start(&folder)?;

    let run = |hooks: &str, flags: &[&str]| {
        let mut schemathesis = Command::new(python(&tool()));
        schemathesis.args(["-m", "schemathesis.cli", "--config-file"]);
        schemathesis.arg(settings.join("schemathesis.toml"));
        let document = format!("{}/api/openapi.json", server.url);
        schemathesis.arg("run").arg(document).args(flags);
        schemathesis.envs([("SCHEMATHESIS_HOOKS", hooks), ("PYTHONDONTWRITEBYTECODE", "1")]);
        schemathesis.env("PYTHONPATH", &settings);
        // The hooks need these to add users.
        schemathesis.envs([("LATCHKEY_URL", &server.url), ("LATCHKEY_DATABASE_URL", &database(&folder))]);
        schemathesis.env("LATCHKEY", build::latchkey()?);
        // schemathesis writes files into its current folder.
        shell::run(schemathesis.current_dir(&folder))
    };
    // The stream of events ends only with the session: tests/api/session_events.rs reads it.
    run("hooks", &["--exclude-path", "/api/session-events"]).context("with a session")?;
    // Without a session most answers are 401, which schemathesis would warn about.
    run("", &["--warnings", "off"]).context("without a session")
}

struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Result<Self> {
        let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let latchkey = |arguments: &str| -> Result<Command> {
            let mut latchkey = Command::new(build::latchkey()?);
            latchkey.args(arguments.split(' ')).current_dir(folder);
            latchkey.env("LATCHKEY_LISTEN", &listen).env("LATCHKEY_DATABASE_URL", database(folder));
            Ok(latchkey)
        };
        let log = File::create(folder.join("server.log"))?;
        let process = latchkey(SERVE)?.stderr(log).spawn().context("cannot start the server")?;
        let server = Self { process, url: format!("http://{listen}") };
        let ready = (0..100).any(|_| {
            thread::sleep(Duration::from_millis(100));
            let healthy = latchkey("healthcheck").map(|mut command| command.stderr(Stdio::null()).status());
            healthy.is_ok_and(|status| status.is_ok_and(|status| status.success()))
        });
        ensure!(ready, "the server does not start: see {}", folder.join("server.log").display());
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn tool() -> PathBuf {
    let pin = REQUIREMENTS.lines().find_map(|line| line.strip_prefix("schemathesis=="));
    tools::folder("schemathesis", pin.unwrap_or("unpinned"))
}

fn python(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

fn database(folder: &Path) -> String {
    format!("sqlite://{}/latchkey.db", folder.display())
}
