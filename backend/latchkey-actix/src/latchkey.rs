//! The handle of a started Latchkey, which an app mounts, serves and stops.

use std::{
    fmt, io,
    net::ToSocketAddrs,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::web::{Data, ServiceConfig};
use tokio::sync::{oneshot, watch};

use crate::{
    http::{
        app_state::AppState,
        metrics_route,
        middleware::LatchkeyMiddleware,
        quick_check::QuickCheck,
        routes,
        server::{
            self, BoundServer, HttpApp, ListenAddress, ManagedServer, ServerOptions, descriptors, shutdown,
            signals::Signals,
        },
        spa::Spa,
    },
    jobs::{supervisor::TaskSupervisor, sweeper::Sweeper},
    service::{Admin, Dependencies, SessionService, sweep::Retention},
    settings::Settings,
    shutdown_state::ShutdownState,
};

/// Session handling for an actix-web app: routes, middleware and background tasks.
///
/// Clones share one instance. The background tasks end with [`shutdown`](Self::shutdown), or when the last clone is dropped; mounted
/// [`routes`](Self::routes) hold a clone. One app mounts one `Latchkey`; a process may have several.
#[derive(Clone)]
pub struct Latchkey(Arc<Inner>);

struct Inner {
    state: AppState,
    service: Arc<SessionService>,
    shutdown_state: Arc<ShutdownState>,
    admin: Admin,
    /// The number of servers that [`Latchkey::serve`] is running.
    serving: watch::Sender<usize>,
    tasks: Mutex<Option<TaskSupervisor>>,
}

/// Why a server stopped without being asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The server itself failed.
    #[error("the server failed")]
    Io(#[from] io::Error),
    /// A background task panicked, and the server was stopped because it cannot work without it. The log has the cause.
    #[error("the server stopped because its {0} panicked")]
    TaskPanicked(&'static str),
}

impl Latchkey {
    pub(crate) fn start(mut settings: Settings, dependencies: Dependencies, spa: Option<Spa>) -> Self {
        warn_about(&settings);
        settings.event_streams = descriptors::budget(settings.event_streams).event_streams;
        let spa = spa.map(|spa| spa.guard(&settings.guarded));
        let (store, clock) = (dependencies.store.clone(), dependencies.clock.clone());
        let service = Arc::new(SessionService::new(&settings, dependencies));
        let shutdown_state = Arc::<ShutdownState>::default();
        let state = AppState::new(&settings, service.clone(), spa, shutdown_state.clone());
        let tasks = start_tasks(&settings, &service, &shutdown_state);
        Self(Arc::new(Inner {
            state,
            admin: Admin::of_server(store, clock, service.clone()),
            service,
            shutdown_state,
            serving: watch::Sender::new(0),
            tasks: Mutex::new(Some(tasks)),
        }))
    }

    /// All routes of Latchkey, for [`App::configure`](actix_web::App::configure): the JSON API, `/healthz` and `/readyz`, and as the
    /// app's default service the documents and files of the single-page app. Other paths under `/api` are answered with a 404 problem.
    ///
    /// The app's own services may be registered before or after. The app must be wrapped in [`middleware`](Self::middleware).
    pub fn routes(&self) -> impl FnOnce(&mut ServiceConfig) + Clone + 'static {
        let latchkey = self.clone();
        move |app| {
            latchkey.0.state.register(app);
            // The app holds a clone, so the background tasks run as long as it serves these routes.
            app.app_data(Data::new(latchkey));
            routes::routes(app);
        }
    }

    /// The middleware for [`App::wrap`](actix_web::App::wrap): request ids, request log, security headers, and rejection of mutations
    /// from other sites.
    ///
    /// Make it the last `.wrap(…)` of the whole app, so that every request passes it.
    #[must_use]
    pub fn middleware(&self) -> LatchkeyMiddleware {
        self.0.state.middleware()
    }

    /// `GET /metrics` in the OpenMetrics format, for [`App::configure`](actix_web::App::configure) of an app on a separate
    /// listener, so that the public reverse proxy does not reach the metrics.
    pub fn metrics_routes(&self) -> impl FnOnce(&mut ServiceConfig) + Clone + 'static {
        let latchkey = self.clone();
        move |app| {
            app.app_data(Data::from(latchkey.0.service.clone()))
                .app_data(Data::from(latchkey.0.state.requests()))
                .app_data(Data::new(latchkey));
            metrics_route::routes(app);
        }
    }

    /// The operator's actions, such as adding users and ending sessions. They take effect in this process at once.
    #[must_use]
    pub fn admin(&self) -> &Admin {
        &self.0.admin
    }

    /// Runs a server until SIGINT, SIGTERM or SIGHUP, until [`shutdown`](Self::shutdown), or until a background task panics; then stops it
    /// gracefully: `/readyz` fails, event streams end, requests are finished. At a second SIGINT or SIGTERM it returns at once:
    /// requests in flight end with the process.
    ///
    /// It takes the server that [`HttpServer::run`](actix_web::HttpServer::run) returns, or a [`BoundServer`]. Build an `HttpServer` with `.disable_signals()`: its
    /// own handling of signals waits for event streams until its time-out. So does its handle's `stop(true)`: call
    /// [`shutdown`](Self::shutdown) instead.
    ///
    /// # Errors
    /// [`ServeError`]: the server failed, or a background task panicked.
    pub async fn serve(&self, server: impl Into<ManagedServer>) -> Result<(), ServeError> {
        let mut signals = Signals::listen()?;
        let (first, stop) = oneshot::channel();
        let second = async move {
            let signal = signals.next().await;
            tracing::info!(%signal, "stopping; a second signal stops it at once");
            // Fails if the server is being stopped already, which is fine.
            let _ = first.send(());
            let signal = signals.next().await;
            tracing::warn!(%signal, "stopped before everything was answered");
        };
        let served = self.serve_until(server, async { stop.await.unwrap_or_default() });
        tokio::select! { result = served => result, () = second => Ok(()) }
    }

    /// Like [`serve`](Self::serve), but stops the server when the future `stop` completes, instead of at a signal.
    ///
    /// # Errors
    /// [`ServeError`]: the server failed, or a background task panicked.
    pub async fn serve_until(
        &self,
        server: impl Into<ManagedServer>,
        stop: impl Future<Output = ()>,
    ) -> Result<(), ServeError> {
        let serving = Serving::begin(self.0.clone());
        let result = shutdown::run(server.into(), &self.0.shutdown_state, stop).await;
        self.0.service.flush_activity().await;
        drop(serving);
        match self.0.failed_task() {
            Some(task) => Err(ServeError::TaskPanicked(task)),
            None => Ok(result?),
        }
    }

    /// Binds a server with bounded connections: every wait for a client has a time-out, and when the number of connections reaches the
    /// limit of open files, idle ones are closed for new ones. The server listens when this returns; [`serve`](Self::serve) runs it. With
    /// port 0 the system chooses a port, which [`BoundServer::addresses`] returns.
    ///
    /// # Errors
    /// An address cannot be resolved, is in use or may not be used.
    pub fn bind<S, B>(
        &self,
        addresses: impl ToSocketAddrs,
        options: ServerOptions,
        app: impl HttpApp<S, B>,
    ) -> io::Result<BoundServer> {
        self.bind_all(&[ListenAddress::resolve(addresses)?], options, app)
    }

    /// Like [`bind`](Self::bind), at several places at once, of which each may be the addresses of a host or a Unix socket. The file of
    /// a socket gets the mode of [`ServerOptions::socket_mode`]; one that a killed server left behind is replaced; it is removed when the
    /// server stops. Whoever can connect to a socket is taken for a trusted proxy, so `X-Forwarded-For` is believed there.
    ///
    /// # Errors
    /// An address is in use or may not be used; the error names it.
    pub fn bind_all<S, B>(
        &self,
        listen: &[ListenAddress],
        options: ServerOptions,
        app: impl HttpApp<S, B>,
    ) -> io::Result<BoundServer> {
        let check = options.checks_before_app.then(|| QuickCheck::new(self.0.state.middleware().0));
        let shortcut = check.map(|check| Arc::new(move |request: &mut _| check.answer(request)) as _);
        server::bind_app(listen, options, &app, shortcut)
    }

    /// Shuts down gracefully: stops the servers that [`serve`](Self::serve) runs, ends event streams and background tasks, and writes all
    /// recorded activity to the store. A handler must not await it, because it waits for that handler's request.
    pub async fn shutdown(&self) {
        self.0.shutdown_state.begin();
        // `self` owns the sender, so this cannot fail.
        let _ = self.0.serving.subscribe().wait_for(|serving| *serving == 0).await;
        self.0.shutdown_state.end_streams();
        drop(self.0.take_tasks());
        self.0.service.flush_activity().await;
    }

    /// The use cases behind the routes.
    #[doc(hidden)]
    #[must_use]
    pub fn service(&self) -> &Arc<SessionService> {
        &self.0.service
    }
}

impl fmt::Debug for Latchkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Latchkey").finish_non_exhaustive()
    }
}

impl Inner {
    fn failed_task(&self) -> Option<&'static str> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.failed_task()
    }

    fn take_tasks(&self) -> Option<TaskSupervisor> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Inner {
    /// Writes pending activity, unless [`Latchkey::shutdown`] has done so or the runtime is gone.
    fn drop(&mut self) {
        if let (Some(_), Ok(runtime)) = (self.take_tasks(), tokio::runtime::Handle::try_current()) {
            let service = self.service.clone();
            runtime.spawn(async move { service.flush_activity().await });
        }
    }
}

/// Counts a running server until it is dropped.
struct Serving(Arc<Inner>);

impl Serving {
    fn begin(inner: Arc<Inner>) -> Self {
        inner.serving.send_modify(|serving| *serving += 1);
        Self(inner)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.serving.send_modify(|serving| *serving -= 1);
    }
}

fn warn_about(settings: &Settings) {
    if settings.lifetimes.are_short_without_refresh() {
        tracing::warn!(
            "sessions are shorter than 20 hours and cannot be refreshed (WCAG 2.2.1): see session_refresh (LATCHKEY_SESSION_REFRESH)"
        );
    }
    if !settings.public_url.is_https() {
        let url = settings.public_url.origin();
        tracing::warn!(url, "the public URL is plain http: the session cookie is sent in clear");
    }
}

fn start_tasks(
    settings: &Settings,
    service: &Arc<SessionService>,
    shutdown_state: &Arc<ShutdownState>,
) -> TaskSupervisor {
    let (following, writing) = (service.clone(), service.clone());
    let retention = Retention { sessions: settings.session_retention, audit: settings.audit_retention };
    let sweeper = Sweeper::new(service.clone(), retention).run(settings.sweep_every);
    let tasks = vec![
        ("follower", Box::pin(async move { following.follow_changes().await }) as _),
        ("activity writer", Box::pin(async move { writing.write_activity().await }) as _),
        ("sweeper", Box::pin(sweeper) as _),
    ];
    TaskSupervisor::start(tasks, shutdown_state)
}
