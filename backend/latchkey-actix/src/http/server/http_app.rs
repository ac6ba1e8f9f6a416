//! The apps that the server serves, and the protocol in which it does.

use std::{fmt, io, sync::Arc, time::Duration};

use actix_http::{HttpService, KeepAlive, Protocol, Request};
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, apply_fn_factory, fn_service, map_config,
};
use actix_web::{
    Error,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{AppConfig, Response},
};
use futures_util::{
    TryFutureExt,
    future::{Either, ready},
};

use super::{
    connections::{Connections, UnixPeer},
    listener::Listener,
    timed::{ClientStream, TimedStream},
};

/// Longest time for closing a connection.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A function that makes an actix-web `App`, as [`HttpServer::new`](actix_web::HttpServer::new) takes one. `S` and `B` follow from the app.
pub trait HttpApp<S, B>: Send + Clone + 'static {
    /// Has the server serve the app on a listener.
    ///
    /// # Errors
    /// The listener cannot be used.
    #[doc(hidden)]
    fn listen(&self, server: ServerBuilder, listener: Listener, protocol: &HttpProtocol) -> io::Result<ServerBuilder>;
}

/// What the connections of a server share.
#[derive(Clone)]
pub struct HttpProtocol {
    pub(super) connections: Arc<Connections>,
    /// Notified when the server stops gracefully.
    pub(super) stopping: GracefulShutdownSignal,
    pub(super) keep_alive: Option<Duration>,
    pub(super) shortcut: Option<Shortcut>,
}

/// Answers some requests before the app, and leaves the others to it.
pub type Shortcut = Arc<dyn Fn(&mut Request) -> Option<Response<BoxBody>> + Send + Sync>;

impl<F, I, S, B> HttpApp<S, B> for F
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    S::Service: 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    fn listen(&self, server: ServerBuilder, listener: Listener, protocol: &HttpProtocol) -> io::Result<ServerBuilder> {
        let (app, protocol) = (self.clone(), protocol.clone());
        match listener {
            Listener::Tcp(socket) => server.listen("http", socket, move || connection_service(app(), protocol.clone())),
            Listener::Unix(socket) => {
                server.listen_uds("http", socket, move || connection_service(app(), protocol.clone()))
            }
        }
    }
}

/// Serves an app on each connection of a kind.
fn connection_service<I, S, B, C>(app: I, protocol: HttpProtocol) -> impl ServiceFactory<C, Config = ()>
where
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    S::Service: 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
    C: ClientStream,
{
    let HttpProtocol { connections, stopping, keep_alive, shortcut } = protocol;
    let app = app.into_factory().map_err(|error| error.into().error_response());
    let app = apply_fn_factory(app, move |mut request: Request, app: &_| {
        match shortcut.as_ref().and_then(|shortcut| shortcut(&mut request)) {
            Some(answer) => Either::Left(ready(Ok(answer.map_body(|_, body| EitherBody::right(body))))),
            None => Either::Right(
                Service::call(app, request)
                    .map_ok(|answer| answer.into().map_body(|_, body: B| EitherBody::left(body))),
            ),
        }
    });
    let http = HttpService::build()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        // The stream bounds all times itself: actix-http's own timers are off.
        .keep_alive(if keep_alive.is_some() { KeepAlive::Os } else { KeepAlive::Disabled })
        .client_request_timeout(Duration::ZERO)
        .client_disconnect_timeout(DISCONNECT_TIMEOUT)
        .on_connect_ext(|stream: &TimedStream<C>, extensions| {
            extensions.insert(stream.connection().clone());
            if stream.peer().is_none() {
                extensions.insert(UnixPeer);
            }
        })
        .finish(map_config(app, |()| AppConfig::default()));
    fn_service(move |stream: C| {
        let timed = TimedStream::new(stream, &connections, keep_alive);
        async move { timed.map(|stream| (stream.peer(), stream)).map(|(peer, stream)| (stream, Protocol::Http1, peer)) }
    })
    .map_err(actix_http::error::DispatchError::Io)
    .and_then(http)
}
