//! An app's server on a free loopback port, with its own database. It can have several replicas, behind nginx. With
//! `LATCHKEY_E2E_REPLICAS`, every server of Latchkey's own app has that many, on PostgreSQL.

use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use tokio::{io::AsyncWriteExt, process::Command};

use crate::{App, api::Api, balancer::Balancer, data::Data, program::Program, wait::eventually};

/// The variable with the number of replicas.
const REPLICAS: &str = "LATCHKEY_E2E_REPLICAS";

/// A server that can be stopped and started again; its database is kept.
#[derive(Debug)]
pub struct Server {
    app: App,
    data: Data,
    /// The folder with the app's files, for each replica; `None` if the program has them inside.
    files: Vec<Option<PathBuf>>,
    flags: Vec<String>,
    running: Running,
}

/// The programs of a running server.
#[derive(Debug)]
struct Running {
    replicas: Vec<Program>,
    /// The replicas' own addresses.
    addresses: Vec<SocketAddr>,
    balancer: Option<Balancer>,
}

impl Server {
    /// Starts a server with additional flags.
    pub(crate) async fn start(app: App, flags: &[&str]) -> Result<Self> {
        let replicas = match env::var(REPLICAS) {
            Ok(replicas) if app == App::Latchkey => replicas.parse().context(REPLICAS)?,
            _ => 1,
        };
        let data = Data::create(replicas > 1).await?;
        Self::start_replicas(app, data, vec![app.dist()?; replicas], flags).await
    }

    /// Starts a replica for each folder of files; several of them share one SQLite database.
    pub(crate) async fn start_builds(app: App, files: Vec<Option<PathBuf>>) -> Result<Self> {
        Self::start_replicas(app, Data::create(false).await?, files, &[]).await
    }

    async fn start_replicas(app: App, data: Data, files: Vec<Option<PathBuf>>, flags: &[&str]) -> Result<Self> {
        let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
        let running = Running::start(app, &data, &files, &flags).await?;
        Ok(Self { app, data, files, flags, running })
    }

    /// Stops the server with SIGTERM.
    ///
    /// # Errors
    /// The process does not end.
    pub async fn stop(&mut self) -> Result<()> {
        if let Some(balancer) = &mut self.running.balancer {
            balancer.stop().await?;
        }
        for replica in &mut self.running.replicas {
            replica.stop().await?;
        }
        Ok(())
    }

    /// Starts the server again after [`Self::stop`]. The port may change: browsers only know the proxy's.
    pub(crate) async fn start_again(&mut self) -> Result<()> {
        self.running = Running::start(self.app, &self.data, &self.files, &self.flags).await?;
        Ok(())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.balancer.as_ref().map_or(self.running.addresses[0], Balancer::address)
    }

    /// Checks the session of a cookie at every replica, until they agree: a replica hears of an end at another one
    /// within `LATCHKEY_CACHE_STALENESS`. Returns `200`, or the status and the problem's code.
    ///
    /// # Errors
    /// The server does not answer, or its replicas do not agree in time.
    pub async fn verify(&self, cookie: &str) -> Result<String> {
        let ask_all = async || {
            let mut answers = Vec::new();
            for address in &self.running.addresses {
                answers.push(Api::new(*address)?.verify(cookie).await?);
            }
            Ok(answers)
        };
        let agreed = |answers: &Vec<String>| answers.windows(2).all(|pair| pair[0] == pair[1]);
        eventually("the replicas' one answer", ask_all, agreed).await.map(|mut answers| answers.remove(0))
    }

    /// The server's output so far.
    pub(crate) fn log(&self) -> String {
        self.running.replicas.iter().map(Program::output).collect::<Vec<_>>().join("\n--- the next replica\n")
    }

    pub(crate) async fn add_user(&self, email: &str, name: &str, password: &str) -> Result<()> {
        run(self.app.add_user(&self.data, email, name)?, password).await.map(drop)
    }

    pub(crate) async fn sign_out(&self, email: &str) -> Result<()> {
        run(self.app.admin_command(&self.data, &["user", "sign-out", email])?, "").await.map(drop)
    }

    /// Makes a one-time link of a user, and returns its path with the fragment.
    pub(crate) async fn invite(&self, email: &str) -> Result<String> {
        let command = ["user", "invite", email, "--public-url", "https://app.example"];
        let link = run(self.app.admin_command(&self.data, &command)?, "").await?;
        link.trim_end().strip_prefix("https://app.example").map(str::to_owned).with_context(|| link.clone())
    }
}

/// Runs a command with an input line, waits until it succeeds, and returns its output.
async fn run(mut command: Command, input: &str) -> Result<String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let mut stdin = child.stdin.take().context("standard input is piped")?;
    stdin.write_all(format!("{input}\n").as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    ensure!(output.status.success(), "{command:?} failed: {output:?}");
    Ok(String::from_utf8(output.stdout)?)
}

impl Running {
    /// Starts the replicas, and nginx if there are several.
    async fn start(app: App, data: &Data, files: &[Option<PathBuf>], flags: &[String]) -> Result<Self> {
        let (mut replicas, mut addresses) = (Vec::new(), Vec::new());
        for files in files {
            let (program, address) = serve(app, data, files.as_deref(), flags).await?;
            replicas.push(program);
            addresses.push(address);
        }
        let balancer = if replicas.len() > 1 { Some(Balancer::start(&addresses).await?) } else { None };
        Ok(Self { replicas, addresses, balancer })
    }
}

async fn serve(app: App, data: &Data, files: Option<&Path>, flags: &[String]) -> Result<(Program, SocketAddr)> {
    let program = Program::start(&mut app.serve(data, files, flags)?)?;
    let address = program.wait_for_output("the server's address", |log| app.parse_address(log)).await?;
    let api = Api::new(address)?;
    eventually("the server to be ready", async || api.ready().await, |ready| *ready).await?;
    Ok((program, address))
}
