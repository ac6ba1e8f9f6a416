//! The one place where everything is wired: store, rules, routes, server. `main` uses it, and so do the tests, with a
//! port of 0, a clock of their own and a store that fails on demand.

use std::{net::SocketAddr, path::Path, sync::Arc, thread, time::Duration};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    web::Data,
};
use anyhow::Context;
use tokio::task::JoinHandle;

use crate::{
    auth::{SessionService, address_limit::AddressLimit, cache::SessionCache, password::Passwords},
    clock::{Clock, SystemClock},
    config::{Config, PublicUrl, StoreConfig},
    http::{self, assets::Dist, client::TrustedProxies, cookie::SessionCookie, health::Stopping, middleware},
    store::{Store, StoreError, sqlite::SqliteStore},
    sweeper::{self, Retention},
    telemetry,
};

/// How long a client may take to send the head of a request before it is answered with 408.
const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The store cannot be used at all: wrong URL, unreadable file, no database.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the database")]
pub struct StoreUnusable(#[source] StoreError);

/// What a server is made of that a test may want to bring itself.
pub struct Parts {
    /// Where users and sessions are kept.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// A server that accepts requests, until [`Running::stop`] or the end of its [`Server`].
pub struct Running {
    /// Where it listens; with port 0 configured, the port that it got.
    pub address: SocketAddr,
    /// To be awaited.
    pub server: Server,
    /// The rules that it works by.
    pub service: Arc<SessionService>,
    /// To be told before it stops.
    pub stopping: Data<Stopping>,
    background: [JoinHandle<()>; 2],
}

/// `latchkey serve`: runs until SIGINT or SIGTERM, then finishes what it is answering.
///
/// # Errors
/// The configuration, the port or the database cannot be used: in words.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config.log)?;
    let store = open_store(&config.store).await?;
    let parts = Parts {
        store: Arc::new(store),
        clock: Arc::new(SystemClock),
    };
    let delay = config.shutdown_delay;
    let Running {
        address,
        server,
        stopping,
        background,
        ..
    } = start(config, parts)?;
    tracing::info!(%address, "serving");
    stop_on_signal(server.handle(), stopping, delay)?;
    server.await.context("the server failed")?;
    background.iter().for_each(JoinHandle::abort);
    tracing::info!("stopped");
    Ok(())
}

/// Opens the store that an URL names.
///
/// # Errors
/// [`StoreUnusable`].
pub async fn open_store(config: &StoreConfig) -> anyhow::Result<SqliteStore> {
    let url = &config.database_url;
    if !url.starts_with("sqlite:") {
        anyhow::bail!("LATCHKEY_DATABASE_URL must begin with sqlite://");
    }
    SqliteStore::open(url)
        .await
        .map_err(StoreUnusable)
        .with_context(|| url.clone())
}

/// Starts a server, which is listening when this returns. Needs the actix runtime.
///
/// # Errors
/// The port cannot be had, or `DIST` is there but cannot be used: in words.
pub fn start(config: Config, parts: Parts) -> anyhow::Result<Running> {
    let public_url = config
        .public_url
        .clone()
        .unwrap_or_else(|| PublicUrl::http(config.listen));
    if !public_url.is_https() {
        tracing::warn!(
            url = public_url.origin(),
            "the public URL is plain http: the session cookie is sent in clear"
        );
    }
    let dist = load_dist(config.dist.as_deref())?;
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let workers = config.workers.map_or(processors, usize::from);
    let hash_threads = config.hash_threads.map_or(processors.div_ceil(2), usize::from);
    let lifetimes = config.sessions.lifetimes();
    lifetimes.check().map_err(anyhow::Error::msg)?;
    if lifetimes.lack_a_way_to_go_on() {
        tracing::warn!(
            "sessions are shorter than 20 hours and cannot be refreshed (WCAG 2.2.1): consider LATCHKEY_SESSION_REFRESH=sliding"
        );
    }
    let service = Arc::new(SessionService {
        passwords: Passwords::new(hash_threads, config.hash_queue.into()),
        cache: SessionCache::new(config.session_cache as usize),
        lifetimes,
        address_limit: AddressLimit::new(config.login_rate, parts.clock.clone()),
        sessions_per_user: config.sessions.sessions_per_user,
        store: parts.store,
        clock: parts.clock,
    });
    let follower = tokio::spawn({
        let service = service.clone();
        async move { service.follow_store().await }
    });
    let retention = Retention {
        sessions: config.sessions.session_retention,
        audit: config.audit_retention,
    };
    let sweeper = tokio::spawn(sweeper::run(service.clone(), retention));

    let running_service = service.clone();
    let service = Data::from(service);
    let cookie = Data::new(SessionCookie::new(&public_url, lifetimes.session));
    let site = Data::new(middleware::same_site::Site::new(&public_url));
    let headers = Data::new(middleware::security_headers::Headers::new(&public_url));
    let dist = Data::new(dist);
    let proxies = Data::new(TrustedProxies(config.trusted_proxies));
    let stopping = Data::new(Stopping::default());
    let announce = stopping.clone();
    let factory = move || {
        App::new()
            .app_data(service.clone())
            .app_data(cookie.clone())
            .app_data(site.clone())
            .app_data(headers.clone())
            .app_data(dist.clone())
            .app_data(proxies.clone())
            .app_data(stopping.clone())
            .configure(http::routes)
            .wrap(actix_web::middleware::from_fn(
                middleware::body_limit::refuse_long_bodies,
            ))
            .wrap(actix_web::middleware::from_fn(
                middleware::same_site::refuse_other_sites,
            ))
            .wrap(actix_web::middleware::from_fn(middleware::security_headers::add))
            .wrap(actix_web::middleware::from_fn(middleware::request_log::log))
    };
    let server = HttpServer::new(factory)
        .workers(workers)
        .client_request_timeout(REQUEST_HEAD_TIMEOUT)
        .shutdown_timeout(config.shutdown_timeout.as_secs())
        .disable_signals()
        .bind(config.listen)
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = server.addrs()[0];
    Ok(Running {
        address,
        server: server.run(),
        service: running_service,
        stopping: announce,
        background: [follower, sweeper],
    })
}

impl Running {
    /// A handle with which the server can be stopped from elsewhere.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }
}

/// The app's files: those of a folder that was asked for must be there; the default folder may be missing, because
/// `trunk serve` brings the app then.
fn load_dist(folder: Option<&Path>) -> anyhow::Result<Option<Dist>> {
    let default = Path::new("dist");
    if folder.is_none() && !default.join("index.html").exists() {
        tracing::warn!("there is no built app in ./dist: serving the API alone");
        return Ok(None);
    }
    let folder = folder.unwrap_or(default);
    Dist::load(folder)
        .map(Some)
        .with_context(|| format!("cannot use LATCHKEY_DIST '{}'", folder.display()))
}

#[cfg(unix)]
fn stop_on_signal(server: ServerHandle, stopping: Data<Stopping>, delay: Duration) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for signals")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    tokio::spawn(async move {
        let name = tokio::select! { _ = interrupt.recv() => "SIGINT", _ = terminate.recv() => "SIGTERM" };
        tracing::info!(signal = name, "stopping");
        stopping.announce();
        tokio::time::sleep(delay).await;
        server.stop(true).await;
    });
    Ok(())
}
