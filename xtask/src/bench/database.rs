//! Databases for the servers under test: SQLite files, or databases of a temporary PostgreSQL server.

use super::{example, folder};
use crate::shell;
use anyhow::{Context, Result};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Where databases are created.
pub enum Databases {
    Sqlite,
    Postgres(Cluster),
}

/// A temporary PostgreSQL server, which `backend/examples/cluster.rs` keeps. It is deleted when this is dropped.
pub struct Cluster {
    process: Child,
    names: Option<ChildStdin>,
    urls: BufReader<ChildStdout>,
}

/// A database with signed-in users.
pub struct Database {
    pub url: String,
    /// The file with their tokens.
    pub tokens: PathBuf,
}

impl Databases {
    /// Starts a temporary PostgreSQL server.
    pub fn postgres() -> Result<Self> {
        let mut cluster = Command::new(example("cluster")?);
        let mut process = cluster.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let names = process.stdin.take();
        let urls = BufReader::new(process.stdout.take().context("no output")?);
        Ok(Self::Postgres(Cluster { process, names, urls }))
    }

    /// Creates a database with users who have so many sessions, ten each.
    pub fn seed(&mut self, name: &str, sessions: &str) -> Result<Database> {
        let url = match self {
            Self::Sqlite => format!("sqlite://{}", folder()?.join(name).with_extension("db").display()),
            Self::Postgres(cluster) => cluster.create(name)?,
        };
        let tokens = folder()?.join(name).with_extension("tokens");
        shell::run(Command::new(example("seed")?).args([&url, "tokens", sessions]).stdout(File::create(&tokens)?))?;
        Ok(Database { url, tokens })
    }
}

impl Cluster {
    fn create(&mut self, name: &str) -> Result<String> {
        writeln!(self.names.as_ref().context("the cluster is being stopped")?, "{name}")?;
        let mut url = String::new();
        self.urls.read_line(&mut url)?;
        anyhow::ensure!(!url.is_empty(), "the PostgreSQL cluster has ended");
        Ok(url.trim_end().to_owned())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The process ends when its input does; then this only reaps it.
        drop(self.names.take());
        let _ = self.process.wait();
    }
}

impl Database {
    /// Adds sessions that no client uses: `active` or `ended` ones.
    pub fn fill(&self, kind: &str, number: u64) -> Result<()> {
        shell::run(Command::new(example("seed")?).args([&self.url, kind, &number.to_string()]))
    }

    /// The size of the table of sessions with its indexes.
    pub fn bytes(&self) -> Result<f64> {
        let bytes = shell::output(Command::new(example("seed")?).args([&self.url, "bytes"]));
        Ok(bytes.context("the size of the database is unknown")?.parse()?)
    }
}
