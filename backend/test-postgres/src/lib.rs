//! PostgreSQL for tests, with a database for each test. The server is one temporary cluster per process, started from the installed
//! programs, or the one whose URL is in `LATCHKEY_TEST_POSTGRES_URL`.

#![expect(clippy::expect_used, reason = "a test that cannot get its database must fail")]

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

/// The variable with the URL of a server to use instead of a temporary cluster.
const URL: &str = "LATCHKEY_TEST_POSTGRES_URL";

/// The variable with the folder of PostgreSQL's programs, if it is neither on the PATH nor Debian's.
const PROGRAMS: &str = "LATCHKEY_POSTGRES_BIN";

/// Debian's folder of PostgreSQL's programs, by version.
const PROGRAMS_BY_VERSION: &str = "/usr/lib/postgresql";

/// The user who runs the cluster if the tests run as root, because PostgreSQL refuses to run as root.
const SYSTEM_USER: &str = "postgres";

/// A PostgreSQL server.
#[derive(Debug)]
pub enum Cluster {
    /// A temporary cluster. It is stopped and deleted when this process ends, even if it is killed.
    ThrowAway {
        /// The folder with its data, log and socket.
        folder: PathBuf,
        /// The process that stops and deletes it when its standard input is closed.
        keeper: Child,
    },
    /// A given server, by its URL.
    Given(String),
}

impl Cluster {
    /// The server that all tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| env::var(URL).map_or_else(|_| Self::start(), Self::Given))
    }

    /// Starts a temporary cluster for a test of its own, which may stop it.
    ///
    /// # Panics
    /// The cluster does not start.
    #[must_use]
    pub fn start() -> Self {
        let programs = programs();
        let mut keeper = as_system_user("sh");
        keeper.args(["-c", include_str!("cluster.sh"), "cluster", &programs]);
        let mut keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut folder = String::new();
        let stdout = keeper.stdout.take().expect("its standard output");
        BufReader::new(stdout).read_line(&mut folder).expect("its output");
        assert!(!folder.is_empty(), "the PostgreSQL cluster did not start");
        Self::ThrowAway { folder: folder.trim_end().into(), keeper }
    }

    /// The URL of a database of this server.
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

    /// Creates a database as a copy of a template, to which nothing may be connected.
    ///
    /// # Panics
    /// The database cannot be created.
    pub async fn create(&self, template: &str) -> TestDatabase {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("latchkey_test_{}_{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let server = self.url("postgres");
        // An earlier process with the same id may have left one behind.
        for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name} TEMPLATE {template}")] {
            execute(&server, &sql).await.expect("a new database");
        }
        TestDatabase { url: self.url(&name), server, name }
    }

    /// Stops the cluster at once, like a power failure.
    pub fn stop(&self) {
        self.control("stop", &["--mode=immediate"]);
    }

    /// Stops it in good order: connections are ended and told why.
    pub fn shut_down(&self) {
        self.control("stop", &["--mode=fast"]);
    }

    /// Starts the cluster again.
    pub fn start_again(&self) {
        self.control("start", &[]);
    }

    /// Stops the cluster at once, like a power failure, and starts it again.
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

/// A database of a test. Dropping this drops the database.
#[derive(Debug)]
pub struct TestDatabase {
    /// Its name, for use as a template.
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
        // Fails if the process is ending, and then the cluster is deleted too.
        let _ = janitor().send((take(&mut self.server), take(&mut self.name)));
    }
}

/// The thread that drops databases whose tests have ended.
fn janitor() -> &'static Sender<(String, String)> {
    static JANITOR: OnceLock<Sender<(String, String)>> = OnceLock::new();
    JANITOR.get_or_init(|| {
        let (sender, databases) = mpsc::channel::<(String, String)>();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            for (server, name) in databases {
                // A database that cannot be dropped is left to the server's owner.
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
            // It cleans up by itself; this only reaps the process.
            let _ = keeper.wait();
        }
    }
}

/// The folder of PostgreSQL's programs with a trailing slash; empty if they are on the PATH.
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
    // The user may not be allowed to read the caller's folders.
    command.current_dir("/").env_remove("TMPDIR");
    command
}
