//! A PostgreSQL server for tests.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

/// The variable with the URL of a server to use instead of a temporary cluster.
const URL: &str = "LATCHKEY_TEST_POSTGRES_URL";

/// The variable with the folder of PostgreSQL's programs, if it is neither on the PATH nor Debian's.
const PROGRAMS: &str = "LATCHKEY_POSTGRES_BIN";

/// Debian's folder of PostgreSQL's programs, by version.
const PROGRAMS_BY_VERSION: &str = "/usr/lib/postgresql";

/// The user who runs the cluster if the tests run as root, because PostgreSQL refuses to run as root.
pub const SYSTEM_USER: &str = "postgres";

const MISSING: &str = "no PostgreSQL: install it (Debian's package is `postgresql`), or give a server's URL in LATCHKEY_TEST_POSTGRES_URL";

/// How a cluster serves TLS on 127.0.0.1.
#[derive(Debug)]
pub struct TlsServer {
    /// The port.
    pub port: u16,
    /// The server's certificate, as PEM.
    pub certificate: String,
    /// The private key of the certificate, as PEM.
    pub key: String,
    /// The password of the user `postgres`.
    pub password: String,
}

/// A PostgreSQL server.
#[derive(Debug)]
pub enum Cluster {
    /// A temporary cluster. It is stopped and deleted when this process ends, even if it is killed.
    ThrowAway {
        /// The folder with its data, log and socket.
        folder: PathBuf,
        /// The process that stops and deletes it when its standard input is closed.
        keeper: Child,
        /// Its port, which is also part of the socket's name.
        port: u16,
    },
    /// A given server, by its URL.
    Given(String),
}

impl Cluster {
    /// The server that all tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| env::var(URL).map_or_else(|_| Self::start(None), Self::Given))
    }

    /// Starts a temporary cluster for one test, which may stop it; `None` if the tests run on a given server and PostgreSQL's programs are not
    /// installed. Such a test is skipped, except in CI.
    ///
    /// # Panics
    /// The cluster does not start.
    pub fn own() -> Option<Self> {
        has_programs().then(|| Self::start(None))
    }

    /// Starts a temporary cluster for one test, which accepts connections over TLS; `None` like [`own`](Self::own).
    ///
    /// # Panics
    /// The cluster does not start.
    pub fn with_tls(server: &TlsServer) -> Option<Self> {
        has_programs().then(|| Self::start(Some(server)))
    }

    fn start(tls: Option<&TlsServer>) -> Self {
        let programs = programs().unwrap_or_else(|| panic!("{MISSING}"));
        let mut keeper = as_system_user("sh");
        let port = tls.map_or(String::new(), |tls| tls.port.to_string());
        keeper.args(["-c", include_str!("cluster.sh"), "cluster", &programs, &port]);
        if let Some(TlsServer { certificate, key, password, .. }) = tls {
            keeper.env("CERTIFICATE", certificate).env("KEY", key).env("PASSWORD", password);
        }
        let mut keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut folder = String::new();
        let stdout = keeper.stdout.take().expect("its standard output");
        BufReader::new(stdout).read_line(&mut folder).expect("its output");
        assert!(!folder.is_empty(), "the PostgreSQL cluster did not start");
        Self::ThrowAway { folder: folder.trim_end().into(), keeper, port: tls.map_or(5432, |tls| tls.port) }
    }

    /// The URL of a database of this server.
    pub fn url(&self, database: &str) -> String {
        match self {
            Self::ThrowAway { folder, port, .. } => {
                format!("postgres://postgres@localhost:{port}/{database}?host={}", folder.display())
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

    /// Stops the cluster at once, like a power failure.
    pub fn stop(&self) {
        self.control("stop");
    }

    /// Starts the cluster again.
    pub fn start_again(&self) {
        self.control("start");
    }

    /// Stops the cluster at once, like a power failure, and starts it again.
    pub fn restart(&self) {
        self.control("restart");
    }

    /// Restarts the cluster as a standby, which rejects writes.
    ///
    /// # Panics
    /// It cannot be restarted.
    pub fn become_standby(&self) {
        self.stop();
        let Self::ThrowAway { folder, .. } = self else { panic!("a given server is not restarted") };
        let created = as_system_user("touch").arg(folder.join("data/standby.signal")).status();
        assert!(created.expect("touch").success(), "a file in the cluster's folder");
        self.start_again();
    }

    fn control(&self, action: &str) {
        let Self::ThrowAway { folder, .. } = self else { panic!("a given server is not restarted") };
        let mut control = as_system_user(&format!("{}pg_ctl", programs().unwrap_or_default()));
        let (data, log) = (folder.join("data"), folder.join("log"));
        control.arg(action).arg("--pgdata").arg(data).arg("--log").arg(log).args(["--mode=immediate", "--wait"]);
        assert!(control.stdout(Stdio::null()).status().expect("pg_ctl").success(), "pg_ctl {action}");
    }
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

/// Whether a test can start a cluster. If not, and the tests run on a given server, the test is skipped.
fn has_programs() -> bool {
    let has_programs = programs().is_some();
    if !has_programs {
        let may_skip = env::var_os(URL).is_some() && env::var_os("CI").is_none();
        assert!(may_skip, "{MISSING}");
        println!("skipped: {MISSING}");
    }
    has_programs
}

/// The folder of PostgreSQL's programs with a trailing slash; empty if they are on the PATH.
fn programs() -> Option<String> {
    let in_folder = |folder: &Path| folder.join("initdb").exists();
    if let Some(folder) = env::var_os(PROGRAMS) {
        return Some(format!("{}/", Path::new(&folder).display()));
    }
    if env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| in_folder(&folder))) {
        return Some(String::new());
    }
    let versions = fs::read_dir(PROGRAMS_BY_VERSION).into_iter().flatten().flatten();
    let found = versions.map(|version| version.path().join("bin")).filter(|bin| in_folder(bin));
    let newest =
        found.max_by_key(|bin| bin.parent().and_then(|version| version.file_name()?.to_str()?.parse::<u32>().ok()));
    newest.map(|folder| format!("{}/", folder.display()))
}

/// A command that is run by another user if this process runs as root.
fn as_system_user(program: &str) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={SYSTEM_USER}"), &format!("--regid={SYSTEM_USER}"), "--init-groups", program]);
    // The user may not be allowed to read the caller's folders.
    command.current_dir("/").env_remove("TMPDIR");
    command
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}
