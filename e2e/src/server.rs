//! `latchkey serve` on a free port of the loopback interface, with a database of its own.

use std::{net::SocketAddr, process::Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, process::Command};

use crate::{
    api::Api,
    program::{Program, named_in},
    wait::eventually,
};

/// A server that may be running or not; its database stays.
#[derive(Debug)]
pub struct Server {
    folder: TempDir,
    flags: Vec<String>,
    program: Program,
    address: SocketAddr,
}

impl Server {
    /// Starts one, with further flags of `latchkey serve`.
    pub(crate) async fn start(flags: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
        let (program, address) = serve(&folder, &flags).await?;
        Ok(Self { folder, flags, program, address })
    }

    /// Stops it.
    ///
    /// # Errors
    /// It does not end.
    pub async fn stop(&mut self) -> Result<()> {
        self.program.stop().await
    }

    /// Starts it again after [`Self::stop`]. Its port may be another one: browsers only know the gate's.
    pub(crate) async fn start_again(&mut self) -> Result<()> {
        (self.program, self.address) = serve(&self.folder, &self.flags).await?;
        Ok(())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its log.
    pub(crate) fn log(&self) -> String {
        self.program.said()
    }

    pub(crate) async fn add_user(&self, email: &str, name: &str, password: &str) -> Result<()> {
        self.operate(&["user", "add", email, "--name", name, "--password-stdin"], password).await
    }

    pub(crate) async fn sign_out(&self, email: &str) -> Result<()> {
        self.operate(&["user", "sign-out", email], "").await
    }

    /// Runs an operator's command.
    async fn operate(&self, words: &[&str], input: &str) -> Result<()> {
        let mut command = latchkey(&self.folder)?;
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let mut stdin = child.stdin.take().context("standard input is piped")?;
        stdin.write_all(format!("{input}\n").as_bytes()).await?;
        drop(stdin);
        let output = child.wait_with_output().await?;
        ensure!(output.status.success(), "`latchkey {}` failed: {output:?}", words.join(" "));
        Ok(())
    }
}

fn latchkey(folder: &TempDir) -> Result<Command> {
    let mut command = Command::new(named_in("LATCHKEY_BIN")?);
    // No setting of the person who runs the tests may change what they test.
    command.env_clear().current_dir(folder.path()).kill_on_drop(true);
    Ok(command)
}

async fn serve(folder: &TempDir, flags: &[String]) -> Result<(Program, SocketAddr)> {
    let mut command = latchkey(folder)?;
    command.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json", "--dist"]);
    command.arg(named_in("LATCHKEY_DIST")?).args(flags);
    let program = Program::start(&mut command)?;
    let address = program.says("the server's address", address_in).await?;
    let api = Api::at(address)?;
    eventually("a server that is ready", async || api.ready().await, |ready| *ready).await?;
    Ok((program, address))
}

/// The address in the log line that says that it serves.
fn address_in(log: &str) -> Option<SocketAddr> {
    let lines = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let serving = lines.into_iter().find(|line| line["message"] == "serving")?;
    serving["address"].as_str()?.parse().ok()
}
