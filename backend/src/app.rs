//! The one place where everything is wired: store, rules, routes, server. `main` uses it, and so do the tests, with a
//! port of 0, a clock of their own and a store that fails on demand.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process,
    sync::Arc,
    time::Duration,
};

use actix_web::{App, HttpServer, dev::Server, middleware::from_fn, web::Data};
use anyhow::Context;

use latchkey_actix::{
    cache::follower,
    clock::SystemClock,
    http::{
        app_state::AppState,
        metrics_route, middleware, routes,
        server::{self, connections::Connections, descriptors, shutdown::Shutdown},
        spa::dist::Spa,
    },
    jobs::{
        supervisor::{BackgroundTask, TaskSupervisor},
        sweeper::{Retention, Sweeper},
    },
    service::{Dependencies, SessionService},
    settings::{PublicUrl, Settings, processors},
    shutdown_state::ShutdownState,
    store::{
        StoreError,
        sqlite::{SqliteStore, file::SqliteFile},
    },
};

use crate::{
    config::{Config, Listen, StoreConfig},
    telemetry,
};

/// The store cannot be used at all: wrong URL, unreadable file, no database.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the database")]
pub struct StoreUnusable(#[source] Box<dyn std::error::Error + Send + Sync>);

impl From<StoreError> for StoreUnusable {
    fn from(StoreError(cause): StoreError) -> Self {
        Self(cause)
    }
}

/// A server that accepts requests, until [`Shutdown::run`] or the end of its [`Server`].
pub struct RunningServer {
    /// Where it listens; with port 0 configured, the port that it got.
    pub address: SocketAddr,
    /// Where metrics are served, if they are.
    pub metrics_address: Option<SocketAddr>,
    /// To be awaited.
    pub server: Server,
    /// The rules that it works by.
    pub service: Arc<SessionService>,
    /// Stops it.
    pub shutdown: Shutdown,
    background: TaskSupervisor,
}

/// `latchkey serve`: runs until SIGINT or SIGTERM, then finishes what it is answering.
///
/// # Errors
/// The configuration, the port or the database cannot be used: in words.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config.log)?;
    let store = open_store(&config.store).await?;
    let dependencies = Dependencies { store: Arc::new(store), clock: Arc::new(SystemClock) };
    let delay = config.shutdown_delay;
    let RunningServer { address, server, service, shutdown, background, .. } = start(config, dependencies)?;
    background.stop_server_on_failure(server.handle());
    stop_on_signal(shutdown, delay)?;
    tracing::info!(%address, "serving");
    server.await.context("the server failed")?;
    service.flush_activity().await;
    if let Some(task) = background.failed_task() {
        anyhow::bail!("the server stopped because its {task} died");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Opens the store that an URL names, makes it if it is not there, and brings its tables up to date.
///
/// # Errors
/// [`StoreUnusable`].
pub async fn open_store(config: &StoreConfig) -> anyhow::Result<SqliteStore> {
    let url = sqlite_url(config)?;
    SqliteStore::open(url).await.map_err(StoreUnusable::from).context(url.to_owned())
}

/// Opens the store that an URL names, if it is there and up to date; creates and changes nothing.
///
/// # Errors
/// [`StoreUnusable`].
pub async fn open_existing_store(config: &StoreConfig) -> anyhow::Result<SqliteStore> {
    let url = sqlite_url(config)?;
    SqliteStore::open_existing(url).await.map_err(StoreUnusable::from).context(url.to_owned())
}

/// The file that an URL names; it need not be there.
///
/// # Errors
/// [`StoreUnusable`].
pub fn sqlite_file(config: &StoreConfig) -> anyhow::Result<SqliteFile> {
    let url = sqlite_url(config)?;
    url.parse().map_err(StoreUnusable::from).context(url.to_owned())
}

fn sqlite_url(config: &StoreConfig) -> anyhow::Result<&str> {
    let url = &config.database_url;
    let wrong = || StoreUnusable("the URL must begin with sqlite://".into());
    if url.starts_with("sqlite:") { Ok(url) } else { Err(wrong()).context(url.clone()) }
}

/// Starts a server, which is listening when this returns. Needs the actix runtime.
///
/// # Errors
/// A port cannot be had, the lifetimes contradict each other, or `DIST` is there but cannot be used: in words.
pub fn start(config: Config, dependencies: Dependencies) -> anyhow::Result<RunningServer> {
    let lifetimes = config.sessions.lifetimes();
    lifetimes.check().map_err(anyhow::Error::msg)?;
    if lifetimes.are_short_without_refresh() {
        tracing::warn!(
            "sessions are shorter than 20 hours and cannot be refreshed (WCAG 2.2.1): see LATCHKEY_SESSION_REFRESH"
        );
    }
    let public_url = config.public_url.clone().unwrap_or_else(|| PublicUrl::http(&config.listen));
    if !public_url.is_https() {
        let url = public_url.origin();
        tracing::warn!(url, "the public URL is plain http: the session cookie is sent in clear");
    }
    let dist = load_dist(config.dist.as_deref())?;
    let budget = descriptors::budget(config.event_streams);
    let settings = Settings { event_streams: budget.event_streams, ..config.settings(public_url) };
    let service = Arc::new(SessionService::new(&settings, dependencies));
    let state = AppState::new(&settings, service.clone(), dist);
    let stopping = state.shutdown_state.clone();
    let factory = move || {
        let middleware = state.middleware.clone();
        let middleware = move |request, next| middleware::handle(middleware.clone(), request, next);
        App::new().configure(|app| state.register(app)).configure(routes::routes).wrap(from_fn(middleware))
    };
    let listeners = bind(&config.listen, "")?;
    let address = listeners[0].local_addr()?;
    let connections = Connections::new(budget.connections);
    let settings = server::Settings {
        workers: config.workers.map_or_else(processors, usize::from),
        keep_alive: config.keep_alive.0,
        shutdown_timeout: config.shutdown_timeout,
    };
    let server = server::build(listeners, factory, &connections, &settings)?;
    let background_stopping = stopping.clone();
    let shutdown =
        Shutdown { server: server.handle(), shutdown_state: stopping, connections, timeout: config.shutdown_timeout };
    let metrics_address =
        config.metrics_listen.as_ref().map(|listen| serve_metrics(listen, service.clone())).transpose()?;
    let background = in_background(&config, &service, &background_stopping);
    Ok(RunningServer { address, metrics_address, server, service, shutdown, background })
}

/// What a server does besides answering.
fn in_background(config: &Config, service: &Arc<SessionService>, stopping: &Data<ShutdownState>) -> TaskSupervisor {
    let (following, writing) = (service.clone(), service.clone());
    let follower: BackgroundTask = Box::pin(async move { follower::follow(&following.cache, &*following.store).await });
    let writer: BackgroundTask = Box::pin(async move { writing.reader.activity.run_writer(&*writing.store).await });
    let retention = Retention { sessions: config.sessions.session_retention, audit: config.audit_retention };
    let sweeper: BackgroundTask = Box::pin(Sweeper::new(service.clone(), retention).run(config.sweep_every));
    TaskSupervisor::start(vec![("follower", follower), ("activity writer", writer), ("sweeper", sweeper)], stopping)
}

/// Serves the metrics on a listener of their own: they are for operators, and no proxy should lead to them.
fn serve_metrics(listen: &Listen, service: Arc<SessionService>) -> anyhow::Result<SocketAddr> {
    let service = Data::from(service);
    let app = move || App::new().app_data(service.clone()).configure(metrics_route::routes);
    let listeners = bind(listen, " for metrics")?;
    let address = listeners[0].local_addr()?;
    let server = HttpServer::new(app).workers(1).disable_signals();
    let server = listeners.into_iter().try_fold(server, HttpServer::listen)?;
    tokio::spawn(server.run());
    Ok(address)
}

/// The listeners at an address, at least one.
fn bind(listen: &Listen, purpose: &str) -> anyhow::Result<Vec<TcpListener>> {
    server::bind(listen.addresses()).with_context(|| format!("cannot listen on {listen}{purpose}"))
}

/// The app's files: those of a folder that was asked for must be there; the default folder may be missing, because
/// `trunk serve` brings the app then.
fn load_dist(folder: Option<&Path>) -> anyhow::Result<Option<Spa>> {
    let default = Path::new("dist");
    if folder.is_none() && !default.join("index.html").exists() {
        tracing::warn!("there is no built app in ./dist: serving the API alone");
        return Ok(None);
    }
    let folder = folder.unwrap_or(default);
    Spa::load(folder).map(Some).with_context(|| format!("cannot use LATCHKEY_DIST '{}'", folder.display()))
}

/// Stops in order at the first signal, and at once at the second.
#[cfg(unix)]
fn stop_on_signal(shutdown: Shutdown, delay: Duration) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for signals")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    tokio::spawn(async move {
        let mut next = async || tokio::select! { _ = interrupt.recv() => SIGINT, _ = terminate.recv() => SIGTERM };
        let (_, name) = next().await;
        tracing::info!(signal = name, "stopping; a second signal ends it at once");
        tokio::spawn(shutdown.run(delay));
        let (number, name) = next().await;
        tracing::warn!(signal = name, "ended before everything was answered");
        process::exit(KILLED_BY + number);
    });
    Ok(())
}

const SIGINT: (i32, &str) = (2, "SIGINT");
const SIGTERM: (i32, &str) = (15, "SIGTERM");

/// The exit code of a process that a signal ended is this and the signal's number.
const KILLED_BY: i32 = 128;
