//! Real servers on one database, and users of them.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use actix_web::rt::task::spawn_blocking;
use latchkey_actix::{Token, clock::Monotonic};
use latchkey_shared::ErrorCode;
#[cfg(feature = "postgres")]
use latchkey_test_postgres::Gate;
use tempfile::TempDir;

use super::STALENESS;
use crate::support::{
    Answer, Client, EMAIL, PASSWORD, database::Database, program::Program, raw::eventually, shell::Shell, write_dist,
};

/// Some servers. What they share is gone when this is dropped.
pub struct Fleet {
    pub servers: Vec<Server>,
    pub database: Database,
    pub folder: TempDir,
    pub http: reqwest::Client,
}

pub struct Server {
    pub program: Program,
    pub url: String,
}

impl Server {
    /// Starts one on a database.
    pub async fn start(folder: &Path, url: &str, flags: &[&str]) -> Self {
        // All users of a test have one address.
        let always = ["--database-url", url, "--login-rate", "0", "--sessions-per-user", "10000", "--workers", "1"];
        let flags: Vec<_> = always.iter().chain(flags).map(|flag| flag.to_string()).collect();
        let folder = folder.to_owned();
        let start = move || Program::start(&folder, &flags.iter().map(String::as_str).collect::<Vec<_>>());
        // The network that it starts in may be the test's.
        let program = spawn_blocking(start).await.unwrap();
        Self { url: program.url(), program }
    }
}

impl Fleet {
    /// Servers on a database of the test's own.
    pub async fn start(servers: usize, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::new(folder.path()).await;
        let urls = vec![database.url.clone(); servers];
        Self::start_in(folder, database, &urls, flags).await
    }

    /// A server on a database of the test's own, and the network between them.
    #[cfg(feature = "postgres")]
    pub async fn behind_gate() -> (Self, Gate) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::new(folder.path()).await;
        let gate = Gate::before(&database.url).await;
        let urls = [gate.url.clone()];
        (Self::start_in(folder, database, &urls, &[]).await, gate)
    }

    /// Servers on a database that is there, each by an URL of its own.
    pub async fn start_in(folder: TempDir, database: Database, urls: &[String], flags: &[&str]) -> Self {
        write_dist(&folder);
        if !database.url.ends_with("/test.db") {
            // A link in the app's folder leads to it.
            fs::write(folder.path().join("test.db"), "").unwrap();
        }
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut fleet = Self { servers: Vec::new(), database, folder, http };
        fleet.latchkey(&["user", "add", EMAIL, "--name", "Ada", "--create", "--password-stdin"], PASSWORD).await;
        for url in urls {
            fleet.servers.push(Server::start(fleet.folder.path(), url, flags).await);
        }
        fleet
    }

    /// Another server, for as long as the test wants.
    pub async fn another(&self) -> Server {
        Server::start(self.folder.path(), &self.database.url, &[]).await
    }

    /// Runs a command of an operator, which must succeed.
    pub async fn latchkey(&self, words: &[&str], input: &str) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        command.args(words).args(["--database-url", &self.database.url]).current_dir(self.folder.path());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        // What else the test does goes on.
        let status = spawn_blocking(move || child.wait().unwrap()).await.unwrap();
        assert!(status.success(), "{words:?}");
    }

    /// Adds users with Ada's password, without the work of hashing it again.
    pub async fn add_users(&self, names: impl IntoIterator<Item = String>) {
        let mut shell = self.shell().await;
        for name in names {
            shell
                .run(&format!(
                    "INSERT INTO users (id, email, name, password_hash, version, created_at)
                     SELECT 'id of {name}', '{name}@example.org', name, password_hash, 1, created_at FROM users
                     WHERE email = '{EMAIL}'"
                ))
                .await;
        }
    }

    pub async fn shell(&self) -> Shell {
        Shell::open(&self.database).await
    }

    /// A client of a server.
    pub fn client(&self, server: usize) -> Client<'_> {
        self.client_with(server, None)
    }

    pub fn client_with(&self, server: usize, cookie: Option<&str>) -> Client<'_> {
        Client::new(&self.http, &self.servers[server].url, cookie.map(Into::into))
    }

    /// A client of a server, who has logged in there.
    pub async fn signed_in(&self, server: usize) -> Client<'_> {
        let mut client = self.client(server);
        let answer = said(async || client.log_in().await).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        client
    }

    /// Waits until every server refuses a session. No request passes that was sent when answers from memory were too old. A server on a
    /// loaded machine may not be able to say.
    pub async fn assert_refused(&self, cookie: &str, code: ErrorCode) {
        let since = Monotonic::now();
        for server in 0..self.servers.len() {
            let is_refused = async || {
                let sent = Monotonic::now().since(since);
                let answer = self.client_with(server, Some(cookie)).verify().await;
                match answer.status {
                    200 => assert!(sent < STALENESS, "{sent:?}"),
                    503 => assert_unavailable(&answer),
                    _ => answer.assert_problem(code),
                }
                answer.status == 401
            };
            eventually(is_refused).await;
        }
    }

    /// Asserts that what was written is whole: each log-in has its session, its user, its browser and one line of the audit trail,
    /// and each log-out its line.
    pub async fn assert_whole(&self) {
        let mut shell = self.shell().await;
        let lines = "SELECT count(*) FROM audit WHERE action = 'log-in' AND outcome = 'ok'";
        let sessions: i64 = shell.value("SELECT count(*) FROM sessions").await;
        assert_eq!(shell.value::<i64>(lines).await, sessions, "one line a log-in");
        assert_eq!(shell.value::<i64>("SELECT count(*) FROM devices").await, sessions, "one browser a log-in");
        for (lacks, query) in [
            (
                "a session without a user, a line or a browser of its user",
                "SELECT count(*) FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = s.user_id)
                 OR NOT EXISTS (SELECT 1 FROM devices d WHERE d.user_id = s.user_id)
                 OR (SELECT count(*) FROM audit a
                     WHERE a.session_id = s.id AND a.action = 'log-in' AND a.outcome = 'ok') <> 1",
            ),
            (
                "a log-out without its line",
                "SELECT count(*) FROM sessions s WHERE (SELECT count(*) FROM audit a
                     WHERE a.session_id = s.id AND a.action = 'log-out')
                 <> CASE WHEN s.end_reason = 'signed-out' THEN 1 ELSE 0 END",
            ),
        ] {
            assert_eq!(shell.value::<i64>(query).await, 0, "{lacks}");
        }
    }

    /// Asserts that no server has panicked or ended.
    pub fn assert_unharmed(&mut self) {
        for Server { program, .. } in &mut self.servers {
            let log = program.log();
            assert!(program.is_running() && !log.contains("panicked"), "{log}");
        }
    }
}

/// What a server says when it can: on a loaded machine it may have to be asked again.
pub async fn said(mut ask: impl AsyncFnMut() -> Answer) -> Answer {
    loop {
        let answer = ask().await;
        if answer.status != 503 {
            return answer;
        }
        assert_unavailable(&answer);
    }
}

/// A cookie with a token that no session has.
pub fn strange_cookie() -> String {
    format!("session={}", Token::random().to_text())
}

/// A name that nobody has.
pub fn new_name() -> String {
    format!("Ada {:?}", Monotonic::now())
}

/// Asserts that an answer is a 503 as it has to be: it says when to try again, and leaves the cookie alone.
#[track_caller]
pub fn assert_unavailable(answer: &Answer) {
    answer.assert_problem(ErrorCode::Unavailable);
    assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()), "{answer:?}");
    assert_eq!(answer.headers.get("set-cookie"), None, "{answer:?}");
}
