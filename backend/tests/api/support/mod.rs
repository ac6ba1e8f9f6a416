//! A server with a controllable clock and store, for one test.

pub mod answer;
pub mod client;
pub mod contract;
pub mod database;
pub mod program;
pub mod raw;
pub mod shell;
pub mod store;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::dev::ServerHandle;
use clap::Parser;
use jiff::Timestamp;
use latchkey_actix::{
    Latchkey, Token,
    clock::{Clock, Monotonic, SystemClock},
    server::Connections,
    store::{Account, AuditEvent, SessionSelector, SessionStore, UserStore},
    testing::{SessionService, hash_blocking},
};
use latchkey_backend::{
    cli::{Cli, Command},
    serve::{self, ListeningServer},
};
use latchkey_shared::{EndReason, User, UserId};
use tempfile::TempDir;

pub use answer::Answer;
pub use client::Client;
use database::{Database, on_postgres};
use store::SwitchableStore;

pub const EMAIL: &str = "ada@example.org";
pub const PASSWORD: &str = "correct horse battery staple";
pub const INDEX: &str = "<!doctype html><html><head><title>App</title><script type=application/json id=latchkey-pages>{\"/\":\"public\",\"/auth\":\"signed-out\",\"/dashboard\":\"signed-in\",\"/account\":\"signed-in\",\"/sessions\":\"signed-in\"}</script><script type=\"module\">start()</script></head><body><p id=initial-user></p></body></html>";

/// A clock that stands still until the test advances it.
pub struct TestClock {
    now: Mutex<Timestamp>,
    monotonic: Mutex<Monotonic>,
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn monotonic(&self) -> Monotonic {
        *self.monotonic.lock().unwrap()
    }
}

impl TestClock {
    pub fn new(now: Timestamp) -> Arc<Self> {
        Arc::new(Self { now: Mutex::new(now), monotonic: Mutex::new(Monotonic::now()) })
    }

    pub fn advance(&self, by: Duration) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(by).unwrap();
        let mut monotonic = self.monotonic.lock().unwrap();
        *monotonic = monotonic.after(by);
    }

    /// Sets the time of day, like an operator or a time server, without time passing.
    pub fn set(&self, now: Timestamp) {
        *self.now.lock().unwrap() = now;
    }
}

/// A running server with one user. It stops at the end of the test.
pub struct TestApp {
    pub url: String,
    metrics_address: Option<SocketAddr>,
    pub clock: Arc<TestClock>,
    pub store: Arc<SwitchableStore>,
    pub latchkey: Latchkey,
    pub folder: Arc<TempDir>,
    pub database: Database,
    http: reqwest::Client,
    connections: Arc<Connections>,
    server: ServerHandle,
}

impl TestApp {
    /// Starts a server with the default configuration.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a server with further flags of `latchkey serve`.
    pub async fn start_with(flags: &[&str]) -> Self {
        Self::start_at(Timestamp::from_second(1_800_000_000).unwrap(), flags).await
    }

    /// Starts a server whose clock agrees with other processes, for commands that use the same database.
    pub async fn start_in_the_present() -> Self {
        Self::start_in_the_present_with(&[]).await
    }

    /// Starts such a server with further flags.
    pub async fn start_in_the_present_with(flags: &[&str]) -> Self {
        Self::start_at(SystemClock.now(), flags).await
    }

    async fn start_at(now: Timestamp, flags: &[&str]) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        write_dist(&folder);
        if on_postgres() {
            // Tests of links in the SPA's folder refer to it.
            std::fs::write(folder.path().join("test.db"), "").unwrap();
        }
        let database = Database::new(folder.path()).await;
        let app = Self::start_on(folder, database, TestClock::new(now), flags).await;
        app.add_user(EMAIL, "Ada").await;
        app
    }

    /// Starts another server on the database of a running one.
    pub async fn start_beside(other: &Self) -> Self {
        Self::start_beside_with(other, &[]).await
    }

    /// Starts another server on the same database, which it reaches by another URL.
    #[cfg(feature = "postgres")]
    pub async fn start_beside_through(other: &Self, url: &str) -> Self {
        let database = other.database.through(url);
        Self::start_on(other.folder.clone(), database, other.clock.clone(), &[]).await
    }

    /// Starts a server on a given database without tables.
    #[cfg(feature = "postgres")]
    pub async fn start_in(database: Database) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        write_dist(&folder);
        std::fs::write(folder.path().join("test.db"), "").unwrap();
        let app = Self::start_on(folder, database, TestClock::new(SystemClock.now()), &[]).await;
        app.add_user(EMAIL, "Ada").await;
        app
    }

    /// The same, with further flags.
    pub async fn start_beside_with(other: &Self, flags: &[&str]) -> Self {
        Self::start_on(other.folder.clone(), other.database.clone(), other.clock.clone(), flags).await
    }

    async fn start_on(folder: Arc<TempDir>, database: Database, clock: Arc<TestClock>, flags: &[&str]) -> Self {
        let store = Arc::new(SwitchableStore::new(database.open().await));
        let dist = folder.path().join("dist");
        let words =
            ["latchkey", "serve", "--listen", "127.0.0.1:0", "--workers", "1", "--dist", dist.to_str().unwrap()];
        // All clients of a test have the same address, so its quota is off except in tests of the quota.
        let rate: &[&str] = if flags.contains(&"--login-rate") { &[] } else { &["--login-rate", "0"] };
        let words = words.iter().chain(rate).chain(flags);
        let Command::Serve(config) = Cli::parse_from(words).command else { unreachable!() };
        let builder = Latchkey::builder_with_shared_store(store.clone()).clock(clock.clone());
        let ListeningServer { latchkey, server, metrics_address } = serve::start(&config, builder).await.unwrap();
        let url = format!("http://{}", server.addresses()[0]);
        let (connections, handle) = (server.connections().clone(), server.handle());
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let app = Self {
            url,
            metrics_address,
            clock,
            store,
            latchkey: latchkey.clone(),
            folder,
            database,
            http,
            connections,
            server: handle,
        };
        actix_web::rt::spawn(async move { latchkey.serve_until(server, std::future::pending()).await });
        app
    }

    /// The use cases behind the API.
    pub fn service(&self) -> &Arc<SessionService> {
        self.latchkey.service()
    }

    /// Stops the server like a signal.
    pub async fn stop(&self) {
        self.latchkey.shutdown().await;
    }

    /// The number of requests that have begun and are not answered yet.
    pub fn requests_in_flight(&self) -> usize {
        self.connections.requests_in_flight()
    }

    /// The metrics.
    pub async fn metrics(&self) -> String {
        let url = format!("http://{}/metrics", self.metrics_address.unwrap());
        self.http.get(url).send().await.unwrap().text().await.unwrap()
    }

    /// Resets all users' passwords to the tests' password, which ends all sessions.
    pub async fn reset_passwords(&self) {
        for Account { user, .. } in self.store.accounts().await.unwrap() {
            self.store.set_password(&user.id, &hash_blocking(PASSWORD), &self.event()).await.unwrap();
        }
    }

    pub async fn add_user(&self, email: &str, name: &str) {
        let password_hash = hash_blocking(PASSWORD);
        let user = User::new(UserId(format!("id-of-{}", email.escape_unicode())), email, name, 1);
        let account = Account { user, password_hash, disabled: false, created_at: self.clock.now() };
        self.store.insert_user(&account, &self.event()).await.unwrap();
    }

    /// An audit event of the test, now.
    pub fn event(&self) -> AuditEvent {
        let (at, action, outcome, actor) = (self.clock.now(), "test", "ok", "test".into());
        AuditEvent { at, action, outcome, actor, subject: None, session: None, ip: None }
    }

    /// The server's address.
    pub fn address(&self) -> SocketAddr {
        self.url.strip_prefix("http://").unwrap().parse().unwrap()
    }

    /// A client without a cookie.
    pub fn client(&self) -> Client<'_> {
        Client::new(&self.http, &self.url, None)
    }

    /// A client that sends a given `Cookie` header.
    pub fn client_with(&self, cookie: &str) -> Client<'_> {
        Client::new(&self.http, &self.url, Some(cookie.into()))
    }

    /// A client that has logged in.
    pub async fn signed_in(&self) -> Client<'_> {
        let mut client = self.client();
        assert_eq!(client.log_in().await.status, 200);
        client
    }

    /// Ends a client's session directly in the store, like another process.
    pub async fn end(&self, client: &Client<'_>, reason: EndReason) {
        let token = Token::parse(client.cookie.as_deref().unwrap().strip_prefix("session=").unwrap()).unwrap();
        let ended = self
            .store
            .end_sessions(SessionSelector::Token(&token.hash()), reason, self.clock.now().into(), &self.event())
            .await
            .unwrap();
        assert_eq!(ended.len(), 1);
    }

    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Not awaited, because the test's runtime ends too.
        drop(self.server.stop(false));
    }
}

/// Writes a small built app.
pub fn write_dist(folder: &TempDir) {
    let dist = folder.path().join("dist");
    std::fs::create_dir(&dist).unwrap();
    std::fs::write(dist.join("index.html"), INDEX).unwrap();
    std::fs::write(dist.join("app-0123456789abcdef.js"), "console.log('app');\n".repeat(200)).unwrap();
    std::fs::write(dist.join("icon-10f3afc46065231.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    std::fs::create_dir_all(dist.join("..data")).unwrap();
    std::fs::write(dist.join("..data/linked.txt"), "linked").unwrap();
    std::os::unix::fs::symlink("..data/linked.txt", dist.join("linked.txt")).unwrap();
    std::os::unix::fs::symlink("../test.db", dist.join("outside.txt")).unwrap();
    std::fs::write(dist.join(".env"), "SECRET=1").unwrap();
    std::fs::write(dist.join("favicon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
}
