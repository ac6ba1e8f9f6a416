//! A server for checks of the API from outside.

use crate::build;
use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Without rate limits, because all requests come from one address; with extendable deadlines, to reach more of the API.
const SERVE: &str = "serve --login-rate 0 --session-refresh sliding --idle-timeout 1h";

/// A server on a free port. It stops when it is dropped.
pub struct Server {
    process: Child,
    pub url: String,
}

impl Server {
    /// Starts a server with a new database in a folder.
    pub fn start(folder: &Path) -> Result<Self> {
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

/// The URL of the database in a folder.
pub fn database(folder: &Path) -> String {
    format!("sqlite://{}/latchkey.db", folder.display())
}
