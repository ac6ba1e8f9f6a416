//! A replica: the real binary, with a network of its own to the database.

use std::{
    env, fs,
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use latchkey_test_postgres::Gate;
use rustix::process::Signal;
use tokio::{
    process::{Child, Command},
    sync::Mutex,
};

use super::proxy::signal;
use crate::api::Api;

/// Nothing ends by itself, and no browser is held up because all come from one machine. Everything else is as in production.
const FLAGS: &str = "--trusted-proxies 127.0.0.1/32 --login-rate 0 --session-refresh sliding --reauth-window 30d \
    --sessions-per-user 1000 --sweep-every 7s --log warn";

/// A replica. It is killed when it is dropped.
#[derive(Debug)]
pub struct Replica {
    /// Its number, from 1 on.
    pub number: usize,
    pub api: Api,
    /// The network between it and the database.
    pub gate: Gate,
    latchkey: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
    /// `None` after it was killed.
    process: Mutex<Option<Child>>,
}

impl Replica {
    pub async fn start(
        latchkey: &Path,
        folder: &Path,
        number: usize,
        address: SocketAddr,
        database: &str,
    ) -> Result<Self> {
        let gate = Gate::before(database).await;
        let process = Mutex::new(Some(serve(latchkey, folder, number, address, &gate.url)?));
        let api = Api::new(format!("http://{address}"))?;
        let (latchkey, folder) = (latchkey.to_owned(), folder.to_owned());
        Ok(Self { number, api, gate, latchkey, folder, address, process })
    }

    /// `kill -9`.
    pub async fn kill(&self) -> Result<()> {
        self.process_id().await?;
        match self.process.lock().await.take() {
            Some(mut process) => process.kill().await.context("cannot kill a replica"),
            None => Ok(()),
        }
    }

    /// Starts it again.
    pub async fn start_again(&self) -> Result<()> {
        let process = serve(&self.latchkey, &self.folder, self.number, self.address, &self.gate.url)?;
        *self.process.lock().await = Some(process);
        Ok(())
    }

    /// Stops it in the middle of whatever it does.
    pub async fn suspend(&self) -> Result<()> {
        self.signal(Signal::STOP).await
    }

    /// Lets it go on.
    pub async fn resume(&self) -> Result<()> {
        self.signal(Signal::CONT).await
    }

    async fn signal(&self, which: Signal) -> Result<()> {
        signal(self.process_id().await?.context("it was killed")?, which)
    }

    /// The number of its process; `None` after it was killed.
    ///
    /// # Errors
    /// It ended by itself.
    pub async fn process_id(&self) -> Result<Option<u32>> {
        let Some(process) = &mut *self.process.lock().await else { return Ok(None) };
        let ended = process.try_wait()?;
        ensure!(ended.is_none(), "replica {} ended by itself: see its log", self.number);
        Ok(process.id())
    }

    /// Whether a task of it panicked.
    pub fn has_panicked(&self) -> bool {
        fs::read_to_string(log(&self.folder, self.number)).is_ok_and(|log| log.contains("panicked at"))
    }
}

fn serve(latchkey: &Path, folder: &Path, number: usize, address: SocketAddr, database: &str) -> Result<Child> {
    let log = File::options().create(true).append(true).open(log(folder, number))?;
    let mut serve = Command::new(latchkey);
    serve.args(["serve", "--listen", &address.to_string()]).args(FLAGS.split_whitespace());
    // Nobody's own settings: the model knows the default ones.
    let settings = env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("LATCHKEY_"));
    settings.for_each(|name| {
        serve.env_remove(name);
    });
    serve.env("LATCHKEY_DATABASE_URL", database).current_dir(folder);
    serve.stderr(log).process_group(0).kill_on_drop(true);
    serve.spawn().with_context(|| format!("cannot start {}", latchkey.display()))
}

fn log(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("replica-{number}.log"))
}
