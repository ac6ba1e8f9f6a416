//! The server with bounded connections. actix-web's `HttpServer` bounds only the time of a connection's first request head, keeps idle
//! connections until their time-out however many there are, and stops accepting at its limit. So this server is built from the same
//! parts (`actix-server`, `actix-http`) around its own stream ([`timed`]), which bounds every request, and a register of all connections
//! ([`connections`]), which closes idle ones for new ones.

pub mod connections;
pub mod descriptors;
pub mod exchange;
pub mod shutdown;
pub mod signals;
mod timed;

use std::{fmt, io, net::SocketAddr, sync::Arc, time::Duration};

use actix_http::{HttpService, KeepAlive, Protocol, Request};
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{
    Error,
    body::MessageBody,
    dev::{AppConfig, Response, ServerHandle},
    rt::net::TcpStream,
};
use tokio::net::TcpSocket;

use crate::settings::processors;
use connections::Connections;
use timed::TimedStream;

pub use shutdown::ManagedServer;

/// How many connections the kernel accepts before a worker does.
const BACKLOG: u32 = 1024;

/// Longest time for closing a connection.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// The options of a [`BoundServer`]: threads and time-outs.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    workers: usize,
    keep_alive: Option<Duration>,
    pub(super) shutdown_delay: Duration,
    pub(super) shutdown_timeout: Duration,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            workers: processors(),
            keep_alive: Some(Duration::from_secs(75)),
            shutdown_delay: Duration::ZERO,
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}

impl ServerOptions {
    /// The number of threads that serve requests, at least one: by default the number of processors.
    #[must_use]
    pub fn workers(self, workers: usize) -> Self {
        Self { workers: workers.max(1), ..self }
    }

    /// How long an idle connection is kept open: 75 seconds by default; `None` closes it after each answer. It should be longer than the
    /// load balancer's, or requests may be sent on a connection that has just been closed.
    #[must_use]
    pub fn keep_alive(self, keep_alive: impl Into<Option<Duration>>) -> Self {
        Self { keep_alive: keep_alive.into(), ..self }
    }

    /// Time between `/readyz` failing and the listener closing, for load balancers to drain: none by default.
    #[must_use]
    pub fn shutdown_delay(self, delay: Duration) -> Self {
        Self { shutdown_delay: delay, ..self }
    }

    /// Longest time for requests in flight to finish when the server stops: 10 seconds by default.
    #[must_use]
    pub fn shutdown_timeout(self, timeout: Duration) -> Self {
        Self { shutdown_timeout: timeout, ..self }
    }
}

/// A server that listens; [`Latchkey::serve`](crate::Latchkey::serve) runs it.
pub struct BoundServer {
    pub(super) server: Server,
    pub(super) connections: Arc<Connections>,
    pub(super) options: ServerOptions,
    addresses: Vec<SocketAddr>,
}

impl BoundServer {
    /// The addresses on which it listens; at least one.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The register of its connections.
    #[doc(hidden)]
    #[must_use]
    pub fn connections(&self) -> &Arc<Connections> {
        &self.connections
    }

    /// A handle that pauses, resumes or stops the server.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }
}

/// Binds a server for an app to addresses.
///
/// # Errors
/// An address is in use or not permitted, or none exists on this machine.
pub fn bind_app<F, I, S, B>(addresses: &[SocketAddr], options: ServerOptions, app: F) -> io::Result<BoundServer>
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
    let listeners = bind(addresses)?;
    let addresses = listeners.iter().map(std::net::TcpListener::local_addr).collect::<io::Result<_>>()?;
    let connections = Connections::new(descriptors::connections());
    let server = build(listeners, app, &connections, &options)?;
    Ok(BoundServer { server, connections, options, addresses })
}

/// Binds all addresses. Those that this machine does not have, such as IPv6 ones, are skipped if another one exists.
///
/// # Errors
/// An address is in use or not permitted, or none exists on this machine.
pub fn bind(addresses: &[SocketAddr]) -> io::Result<Vec<std::net::TcpListener>> {
    let mut listeners: Vec<std::net::TcpListener> = Vec::new();
    let mut missing = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        let mut address = *address;
        if let (0, Some(first)) = (address.port(), listeners.first()) {
            address.set_port(first.local_addr()?.port());
        }
        match listen(address) {
            Ok(listener) => listeners.push(listener),
            Err(error) if is_missing(&error) => missing = error,
            Err(error) => return Err(error),
        }
    }
    if listeners.is_empty() { Err(missing) } else { Ok(listeners) }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
        || error.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error())
}

fn listen(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// Builds the server of an app. It runs when it is polled.
///
/// # Errors
/// A listener cannot be used.
pub fn build<F, I, S, B>(
    listeners: Vec<std::net::TcpListener>,
    app: F,
    connections: &Arc<Connections>,
    options: &ServerOptions,
) -> io::Result<Server>
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
    let builder = ServerBuilder::default()
        .workers(options.workers)
        // Beyond this, connections wait in the kernel's queue. By then, idle connections are being closed already.
        .max_concurrent_connections(connections.limit().div_ceil(options.workers) + 1)
        .shutdown_timeout(options.shutdown_timeout.as_secs())
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let keep_alive = options.keep_alive;
    let mut builder = builder;
    for listener in listeners {
        let (app, connections, stopping) = (app.clone(), connections.clone(), stopping.clone());
        builder = builder.listen("http", listener, move || {
            let (connections, stopping) = (connections.clone(), stopping.clone());
            let app = app().into_factory().map_err(|error| error.into().error_response());
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                // The stream bounds all times itself: actix-http's own timers are off.
                .keep_alive(if keep_alive.is_some() { KeepAlive::Os } else { KeepAlive::Disabled })
                .client_request_timeout(Duration::ZERO)
                .client_disconnect_timeout(DISCONNECT_TIMEOUT)
                .on_connect_ext(|stream: &TimedStream, extensions| drop(extensions.insert(stream.connection().clone())))
                .finish(map_config(app, |()| AppConfig::default()));
            fn_service(move |stream: TcpStream| {
                let timed = TimedStream::new(stream, &connections, keep_alive);
                async move { timed.map(|(stream, peer)| (stream, Protocol::Http1, Some(peer))) }
            })
            .map_err(actix_http::error::DispatchError::Io)
            .and_then(http)
        })?;
    }
    Ok(builder.run())
}
