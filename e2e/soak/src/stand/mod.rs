//! What is tested: replicas of the binary behind nginx, on a PostgreSQL cluster that is thrown away.

mod proxy;
mod replica;

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result};
use latchkey_test_postgres::{Cluster, TestDatabase};
use tokio::{
    task::spawn_blocking,
    time::{sleep, timeout},
};

use crate::operator::Commands;
use proxy::Proxy;
pub use replica::Replica;

/// How many replicas there are. The last one is never killed, so that its memory can be watched.
const REPLICAS: usize = 3;

/// How long everything may take to start.
const START: Duration = Duration::from_secs(30);

/// Ends the connections of those who follow the changes, by what they ask.
const CUT_FOLLOWERS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE '%session_changes%' AND pid <> pg_backend_pid() AND state = 'idle'";

/// What is tested.
#[derive(Debug)]
pub struct Stand {
    pub proxy: Proxy,
    pub replicas: Vec<Replica>,
    /// Commands that reach the database on a way that no fault breaks.
    pub commands: Commands,
    database: TestDatabase,
    cluster: Arc<Cluster>,
}

impl Stand {
    /// Starts everything, with logs in a folder.
    pub async fn start(latchkey: &Path, nginx: &Path, folder: PathBuf) -> Result<Self> {
        let cluster = spawn_blocking(Cluster::own).await.context("cannot start PostgreSQL")?;
        // A given server will not do: this one is stopped.
        let cluster = Arc::new(
            cluster.context("no PostgreSQL programs: install them, or name their folder in LATCHKEY_POSTGRES_BIN")?,
        );
        let database = cluster.create("template0").await;
        let commands = Commands { latchkey: latchkey.to_owned(), database: database.url.clone() };
        commands.migrate().await?;
        let addresses = free_addresses(REPLICAS + 1)?;
        let (at, behind) = addresses.split_first().context("there are several")?;
        let mut replicas = Vec::new();
        for (number, address) in behind.iter().enumerate() {
            replicas.push(Replica::start(latchkey, &folder, number + 1, *address, &database.url).await?);
        }
        let proxy = Proxy::start(nginx, &folder, *at, behind)?;
        let stand = Self { proxy, replicas, commands, database, cluster };
        timeout(START, stand.until_ready()).await.context("the replicas do not start: see their logs")?;
        Ok(stand)
    }

    /// Waits until every replica can do its work.
    pub async fn until_ready(&self) {
        for replica in &self.replicas {
            while !replica.api.is_ready().await {
                sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// Stops the database or starts it.
    pub async fn control_database(&self, control: fn(&Cluster)) -> Result<()> {
        let cluster = self.cluster.clone();
        spawn_blocking(move || control(&cluster)).await.context("cannot control PostgreSQL")
    }

    /// Ends the connections on which replicas follow the changes.
    pub async fn cut_followers(&self) -> Result<()> {
        self.execute(CUT_FOLLOWERS).await
    }

    /// Executes SQL, on a connection that no fault breaks.
    pub async fn execute(&self, sql: &str) -> Result<()> {
        latchkey_test_postgres::execute(&self.database.url, sql).await.context("cannot execute SQL")
    }
}

/// Addresses at which nothing listens.
fn free_addresses(number: usize) -> Result<Vec<SocketAddr>> {
    let listeners: std::io::Result<Vec<_>> = (0..number).map(|_| TcpListener::bind("127.0.0.1:0")).collect();
    listeners?.iter().map(|listener| Ok(listener.local_addr()?)).collect()
}
