//! An app's server on a free loopback port, with its own database.

use std::{net::SocketAddr, process::Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, process::Command};

use crate::{App, api::Api, program::Program, wait::eventually};

/// A server that can be stopped and started again; its database is kept.
#[derive(Debug)]
pub struct Server {
    app: App,
    folder: TempDir,
    flags: Vec<String>,
    program: Program,
    address: SocketAddr,
}

impl Server {
    /// Starts a server with additional flags.
    pub(crate) async fn start(app: App, flags: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
        let (program, address) = serve(app, &folder, &flags).await?;
        Ok(Self { app, folder, flags, program, address })
    }

    /// Stops the server with SIGTERM.
    ///
    /// # Errors
    /// The process does not end.
    pub async fn stop(&mut self) -> Result<()> {
        self.program.stop().await
    }

    /// Starts the server again after [`Self::stop`]. The port may change: browsers only know the proxy's.
    pub(crate) async fn start_again(&mut self) -> Result<()> {
        (self.program, self.address) = serve(self.app, &self.folder, &self.flags).await?;
        Ok(())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server's output so far.
    pub(crate) fn log(&self) -> String {
        self.program.output()
    }

    pub(crate) async fn add_user(&self, email: &str, name: &str, password: &str) -> Result<()> {
        run(self.app.add_user(&self.folder, email, name)?, password).await
    }

    pub(crate) async fn sign_out(&self, email: &str) -> Result<()> {
        run(self.app.admin_command(&self.folder, &["user", "sign-out", email])?, "").await
    }
}

/// Runs a command with an input line, and waits until it succeeds.
async fn run(mut command: Command, input: &str) -> Result<()> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let mut stdin = child.stdin.take().context("standard input is piped")?;
    stdin.write_all(format!("{input}\n").as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    ensure!(output.status.success(), "{command:?} failed: {output:?}");
    Ok(())
}

async fn serve(app: App, folder: &TempDir, flags: &[String]) -> Result<(Program, SocketAddr)> {
    let program = Program::start(&mut app.serve(folder, flags)?)?;
    let address = program.wait_for_output("the server's address", |log| app.parse_address(log)).await?;
    let api = Api::new(address)?;
    eventually("the server to be ready", async || api.ready().await, |ready| *ready).await?;
    Ok((program, address))
}
