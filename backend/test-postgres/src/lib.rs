//! PostgreSQL for tests: one throw-away cluster a process, started from the programs that are installed, or the server that
//! `LATCHKEY_TEST_POSTGRES_URL` names; and in it one database a test.

#![expect(clippy::expect_used, reason = "a test that cannot have its database should stop loudly")]

mod gate;
mod standby;

use std::{
    env, fs,
    io::{BufRead, BufReader},
    mem::take,
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    str::FromStr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc::{self, Sender},
    },
    thread,
};

pub use gate::Gate;
pub use standby::Standby;

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, postgres::PgConnectOptions};

/// A server to use instead of a cluster of our own.
const URL: &str = "LATCHKEY_TEST_POSTGRES_URL";

/// The folder of PostgreSQL's programs, if they are in an unusual place.
const PROGRAMS: &str = "LATCHKEY_POSTGRES_BIN";

/// Where Debian puts them, by version.
const PROGRAMS_BY_VERSION: &str = "/usr/lib/postgresql";

/// Who runs the cluster when the tests are run by root, as whom PostgreSQL refuses to run.
const SYSTEM_USER: &str = "postgres";

/// A PostgreSQL server.
#[derive(Debug)]
pub enum Cluster {
    /// Started from installed programs. It ends with this process, however that ends.
    ThrowAway {
        /// Where its data, its log and its socket are.
        folder: PathBuf,
        /// Runs until its standard input ends.
        keeper: Child,
    },
    /// Somebody else's.
    Given(String),
}

impl Cluster {
    /// The server that the tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| env::var(URL).map_or_else(|_| Self::start(), Self::Given))
    }

    /// Starts a throw-away cluster: for a test that stops it.
    ///
    /// # Panics
    /// It cannot be started.
    #[must_use]
    pub fn start() -> Self {
        let programs = programs();
        let mut keeper = as_system_user("sh");
        keeper.args(["-c", include_str!("cluster.sh"), "cluster", &programs]);
        let mut keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut folder = String::new();
        let stdout = keeper.stdout.take().expect("its standard output");
        BufReader::new(stdout).read_line(&mut folder).expect("what it says");
        assert!(!folder.is_empty(), "the PostgreSQL cluster did not start");
        Self::ThrowAway { folder: folder.trim_end().into(), keeper }
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        match self {
            Self::ThrowAway { folder, .. } => {
                format!("postgres://postgres@localhost/{database}?host={}", folder.display())
            }
            Self::Given(url) => {
                let (server, parameters) = url
                    .split_once('?')
                    .map_or((&**url, String::new()), |(server, parameters)| (server, format!("?{parameters}")));
                let (scheme, rest) = server.split_once("://").expect("a URL");
                let authority = rest.split('/').next().unwrap_or_default();
                format!("{scheme}://{authority}/{database}{parameters}")
            }
        }
    }

    /// Makes a database like another one, to which nobody may be connected.
    ///
    /// # Panics
    /// It cannot be made.
    pub async fn create(&self, template: &str) -> TestDatabase {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("latchkey_test_{}_{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let server = self.url("postgres");
        // One of an earlier process with this number may be left over.
        for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name} TEMPLATE {template}")] {
            execute(&server, &sql).await.expect("a new database");
        }
        TestDatabase { url: self.url(&name), server, name }
    }

    /// Stops it as a power cut would.
    pub fn stop(&self) {
        self.control("stop", &["--mode=immediate"]);
    }

    /// Stops it in good order: connections are ended and told why.
    pub fn shut_down(&self) {
        self.control("stop", &["--mode=fast"]);
    }

    /// Starts it again.
    pub fn start_again(&self) {
        self.control("start", &[]);
    }

    /// Stops it as a power cut would, and starts it again.
    pub fn restart(&self) {
        self.control("restart", &["--mode=immediate"]);
    }

    /// Stops all its processes where they are, as on a machine that is frozen: connections stay, and nothing answers. They go on
    /// when the guard is dropped.
    ///
    /// # Panics
    /// There is no shell.
    #[must_use]
    pub fn freeze(self: &Arc<Self>) -> Frozen {
        assert!(self.signal("STOP"), "kill -STOP");
        Frozen(self.clone())
    }

    /// Sends a signal to all its processes.
    fn signal(&self, name: &str) -> bool {
        let kill = "postmaster=$(head -n 1 \"$1\") && kill -$2 $postmaster $(pgrep -P $postmaster)";
        let mut shell = as_system_user("sh");
        shell.args(["-c", kill, "kill"]).arg(self.folder().join("data/postmaster.pid")).arg(name);
        shell.status().is_ok_and(|status| status.success())
    }

    fn control(&self, what: &str, how: &[&str]) {
        control(self.folder(), &self.folder().join("data"), what, how);
    }

    /// Where a throw-away cluster has its files and its socket.
    fn folder(&self) -> &Path {
        let Self::ThrowAway { folder, .. } = self else { panic!("it is somebody else's server") };
        folder
    }
}

/// A cluster whose processes stand still.
#[derive(Debug)]
pub struct Frozen(Arc<Cluster>);

impl Drop for Frozen {
    fn drop(&mut self) {
        self.0.signal("CONT");
    }
}

/// Runs pg_ctl for the data of a cluster or of a standby of it.
fn control(folder: &Path, data: &Path, what: &str, how: &[&str]) {
    let mut control = as_system_user(&format!("{}pg_ctl", programs()));
    control.arg(what).arg("--pgdata").arg(data).arg("--log").arg(folder.join("log")).arg("--wait").args(how);
    assert!(control.stdout(Stdio::null()).status().expect("pg_ctl").success(), "pg_ctl {what}");
}

/// A database of a test. It is dropped with this.
#[derive(Debug)]
pub struct TestDatabase {
    /// Its name, for those that are to be like it.
    pub name: String,
    /// Its URL.
    pub url: String,
    server: String,
}

async fn execute(server: &str, sql: &str) -> sqlx::Result<()> {
    let mut connection = PgConnectOptions::from_str(server)?.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
    connection.close().await
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // The receiver is gone when the process ends, and then the cluster goes too.
        let _ = janitor().send((take(&mut self.server), take(&mut self.name)));
    }
}

/// Drops databases whose tests have ended, beside the tests that run.
fn janitor() -> &'static Sender<(String, String)> {
    static JANITOR: OnceLock<Sender<(String, String)>> = OnceLock::new();
    JANITOR.get_or_init(|| {
        let (sender, databases) = mpsc::channel::<(String, String)>();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            for (server, name) in databases {
                // What cannot be dropped is left to whoever owns the server.
                let _ = runtime.block_on(execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")));
            }
        });
        sender
    })
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Self::ThrowAway { keeper, .. } = self {
            drop(keeper.stdin.take());
            // It cleans up by itself; waiting only keeps it from becoming a zombie.
            let _ = keeper.wait();
        }
    }
}

/// The folder of PostgreSQL's programs with a slash at its end, or nothing if they are on the path.
fn programs() -> String {
    let in_folder = |folder: &Path| folder.join("initdb").exists();
    if let Some(folder) = env::var_os(PROGRAMS) {
        return format!("{}/", Path::new(&folder).display());
    }
    if env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| in_folder(&folder))) {
        return String::new();
    }
    let versions = fs::read_dir(PROGRAMS_BY_VERSION).into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin")).filter(|bin| in_folder(bin)).collect();
    found.sort();
    let newest = found.pop().unwrap_or_else(|| {
        panic!("no PostgreSQL: install it (Debian's package is `postgresql`), or give a server's URL in {URL}")
    });
    format!("{}/", newest.display())
}

fn as_system_user(program: &str) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={SYSTEM_USER}"), &format!("--regid={SYSTEM_USER}"), "--init-groups", program]);
    // Nothing of its caller's that it may not read.
    command.current_dir("/").env_remove("TMPDIR");
    command
}
