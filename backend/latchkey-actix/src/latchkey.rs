//! The handle of a running Latchkey: what an app mounts, serves and stops.

use std::{
    fmt, io,
    net::ToSocketAddrs,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{AppConfig, Response},
    web::{Data, ServiceConfig},
};
use tokio::sync::{oneshot, watch};

use crate::{
    http::{
        app_state::AppState,
        metrics_route,
        middleware::LatchkeyMiddleware,
        routes,
        server::{self, BoundServer, ManagedServer, ServerOptions, descriptors, shutdown, signals::Signals},
        spa::Spa,
    },
    jobs::{supervisor::TaskSupervisor, sweeper::Sweeper},
    service::{Admin, Dependencies, SessionService, sweep::Retention},
    settings::Settings,
    shutdown_state::ShutdownState,
};

/// Session handling for one actix-web app: its routes, its middleware, its background tasks.
///
/// Clones are handles of the same thing. The background tasks end with [`shutdown`](Self::shutdown), or when the last clone is
/// dropped; what [`routes`](Self::routes) returns holds a clone. One app mounts one `Latchkey`; a process may have several.
#[derive(Clone)]
pub struct Latchkey(Arc<Inner>);

struct Inner {
    state: AppState,
    service: Arc<SessionService>,
    shutdown_state: Arc<ShutdownState>,
    admin: Admin,
    /// Servers that [`Latchkey::serve`] runs at the moment.
    serving: watch::Sender<usize>,
    tasks: Mutex<Option<TaskSupervisor>>,
}

/// Why a server ended that should not have.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The server itself failed.
    #[error("the server failed")]
    Io(#[from] io::Error),
    /// One of the background tasks died; the server was stopped, because it must not go on without it. The log says why.
    #[error("the server stopped because its {0} died")]
    TaskDied(&'static str),
}

impl Latchkey {
    pub(crate) fn start(mut settings: Settings, dependencies: Dependencies, spa: Option<Spa>) -> Self {
        warn_about(&settings);
        settings.event_streams = descriptors::budget(settings.event_streams).event_streams;
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
    /// app's default service the documents and files of the single-page app. What nobody answers under `/api` is a problem 404.
    ///
    /// The app's own services may be registered before or after. The app must be wrapped in [`middleware`](Self::middleware).
    #[must_use]
    pub fn routes(&self) -> impl FnOnce(&mut ServiceConfig) + Clone + 'static {
        let latchkey = self.clone();
        move |app| {
            latchkey.0.state.register(app);
            // Whatever serves these routes keeps the background tasks running.
            app.app_data(Data::new(latchkey));
            routes::routes(app);
        }
    }

    /// The middleware for [`App::wrap`](actix_web::App::wrap): a request id and a line in the log, security headers, and the refusal of
    /// mutations from other sites.
    ///
    /// Wrap the whole app in it, as its last `.wrap(…)`, so that nothing is answered without it.
    #[must_use]
    pub fn middleware(&self) -> LatchkeyMiddleware {
        self.0.state.middleware()
    }

    /// `GET /metrics` in the OpenMetrics format, for [`App::configure`](actix_web::App::configure) of an app on a listener of its
    /// own: metrics are for operators, and no proxy should lead to them.
    #[must_use]
    pub fn metrics_routes(&self) -> impl FnOnce(&mut ServiceConfig) + Clone + 'static {
        let latchkey = self.clone();
        move |app| {
            app.app_data(Data::from(latchkey.0.service.clone())).app_data(Data::new(latchkey));
            metrics_route::routes(app);
        }
    }

    /// What operators may do: add and list users, end sessions, and so on. It takes effect here at once.
    #[must_use]
    pub fn admin(&self) -> &Admin {
        &self.0.admin
    }

    /// Runs a server until SIGINT or SIGTERM, until [`shutdown`](Self::shutdown), or until a background task dies; then stops it
    /// gracefully: `/readyz` fails, event streams end, requests are finished. At a second signal it returns at once:
    /// requests in flight end with the process.
    ///
    /// It takes the server that [`HttpServer::run`](actix_web::HttpServer::run) returns, or a [`BoundServer`]. Build an `HttpServer` with `.disable_signals()`: its
    /// own handling of signals waits for event streams until its time-out. So does its handle's `stop(true)`: call
    /// [`shutdown`](Self::shutdown) instead.
    ///
    /// # Errors
    /// [`ServeError`]: the server failed, or a background task died.
    pub async fn serve(&self, server: impl Into<ManagedServer>) -> Result<(), ServeError> {
        let mut signals = Signals::listen()?;
        let (first, stop) = oneshot::channel();
        let second = async move {
            let signal = signals.next().await;
            tracing::info!(%signal, "stopping; a second signal stops it at once");
            // Nobody listens any more if the server is being stopped already.
            let _ = first.send(());
            let signal = signals.next().await;
            tracing::warn!(%signal, "stopped before everything was answered");
        };
        let served = self.serve_until(server, async { stop.await.unwrap_or_default() });
        tokio::select! { result = served => result, () = second => Ok(()) }
    }

    /// The same as [`serve`](Self::serve), but it is a future that stops the server, and not a signal.
    ///
    /// # Errors
    /// [`ServeError`]: the server failed, or a background task died.
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
            Some(task) => Err(ServeError::TaskDied(task)),
            None => Ok(result?),
        }
    }

    /// Binds a server with bounded connections: every wait for a client has a time-out, and when there are as many connections as the
    /// limit of open files allows, idle ones make room for new ones. It listens when this returns, and runs with
    /// [`serve`](Self::serve). With port 0 the system chooses a port, which [`BoundServer::addresses`] tells.
    ///
    /// # Errors
    /// An address cannot be resolved, is in use or may not be used.
    pub fn bind<F, I, S, B>(
        &self,
        addresses: impl ToSocketAddrs,
        options: ServerOptions,
        app: F,
    ) -> io::Result<BoundServer>
    where
        F: Fn() -> I + Send + Clone + 'static,
        I: actix_service::IntoServiceFactory<S, actix_http::Request>,
        S: actix_service::ServiceFactory<actix_http::Request, Config = AppConfig> + 'static,
        S::Error: Into<Error> + 'static,
        S::InitError: fmt::Debug,
        S::Response: Into<Response<B>> + 'static,
        S::Service: 'static,
        <S::Service as actix_service::Service<actix_http::Request>>::Future: 'static,
        B: MessageBody + 'static,
    {
        let addresses: Vec<_> = addresses.to_socket_addrs()?.collect();
        server::bind_app(&addresses, options, app)
    }

    /// Begins a graceful shutdown and returns when it is over: servers that [`serve`](Self::serve) runs have stopped, event streams
    /// have ended, the background tasks too, and all recorded activity is in the store. A handler must not await it, because it
    /// waits for that handler's request.
    pub async fn shutdown(&self) {
        self.0.shutdown_state.begin();
        // The sender is here: it cannot be gone.
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
    /// Writes the activity that the ended writer has not written yet, if there is still a runtime to do it in.
    fn drop(&mut self) {
        if let (Some(_), Ok(runtime)) = (self.take_tasks(), tokio::runtime::Handle::try_current()) {
            let service = self.service.clone();
            runtime.spawn(async move { service.flush_activity().await });
        }
    }
}

/// Counts a server for as long as it runs.
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
