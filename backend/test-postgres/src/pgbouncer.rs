//! A connection pooler in front of PostgreSQL.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    Cluster,
    cluster::{SYSTEM_USER, is_root},
};

/// The variable with the path of pgbouncer, if it is not on the PATH.
const PROGRAM: &str = "PGBOUNCER_BIN";

/// How long a client keeps a connection of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolMode {
    /// Until the client disconnects.
    Session,
    /// Until the end of a transaction.
    Transaction,
}

/// A pgbouncer, which ends when this is dropped.
#[derive(Debug)]
pub struct Pgbouncer {
    port: u16,
    folder: PathBuf,
    process: Child,
}

impl Pgbouncer {
    /// Starts a pgbouncer in front of a temporary cluster, with the default settings apart from the mode; `None` if it is not installed. Such
    /// a test is skipped, except in CI.
    ///
    /// # Panics
    /// It does not start.
    pub fn before(cluster: &Cluster, mode: PoolMode) -> Option<Self> {
        let Cluster::ThrowAway { folder: socket, port: server, .. } = cluster else {
            panic!("not a temporary cluster")
        };
        let Some(program) = program() else {
            assert!(env::var_os("CI").is_none(), "no pgbouncer: {PROGRAM} is not set, and it is not on the PATH");
            println!("skipped: pgbouncer is not installed");
            return None;
        };
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("a port").port();
        let folder = env::temp_dir().join(format!("latchkey-pgbouncer.{}.{port}", std::process::id()));
        fs::create_dir(&folder).expect("a folder");
        let mode = match mode {
            PoolMode::Session => "session",
            PoolMode::Transaction => "transaction",
        };
        let settings = format!(
            "[databases]\n* = host={} port={server} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = {mode}\n",
            socket.display()
        );
        let file = folder.join("pgbouncer.ini");
        fs::write(&file, settings).expect("its settings");
        let mut command = Command::new(program);
        if is_root() {
            // It refuses to run as root.
            command.args(["-u", SYSTEM_USER]);
        }
        let process = command.arg("-q").arg(&file).stderr(Stdio::inherit()).spawn().expect("pgbouncer");
        let mut started = Self { port, folder, process };
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(started.process.try_wait().expect("its state").is_none(), "pgbouncer did not start");
            thread::sleep(Duration::from_millis(10));
        }
        Some(started)
    }

    /// The URL of a database through the pooler.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for Pgbouncer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let installed =
        env::split_paths(&path).chain([Path::new("/usr/sbin").into()]).map(|folder| folder.join("pgbouncer"));
    env::var_os(PROGRAM).map(PathBuf::from).into_iter().chain(installed).find(|program| program.is_file())
}
