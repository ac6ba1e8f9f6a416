//! The server with bounded connections. actix-web's `HttpServer` bounds only the time of a connection's first request head, keeps idle
//! connections until their time-out however many there are, and stops accepting at its limit. So this server is built from the same
//! parts (`actix-server`, `actix-http`) around its own stream ([`timed`]), which bounds every request, and a register of all connections
//! ([`connections`]), which closes idle ones for new ones.

pub mod connections;
pub mod descriptors;
pub mod exchange;
mod http_app;
mod listen_address;
pub mod shutdown;
pub mod signals;
mod timed;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_server::{Server, ServerBuilder};
use actix_web::dev::ServerHandle;
use tokio::net::TcpSocket;

use crate::settings::processors;
use connections::Connections;
use http_app::HttpProtocol;

pub use http_app::HttpApp;
pub use listen_address::ListenAddress;
pub use shutdown::ManagedServer;

/// How many connections the kernel accepts before a worker does.
const BACKLOG: u32 = 1024;

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
pub fn bind_app<S, B>(
    addresses: &[SocketAddr],
    options: ServerOptions,
    app: &impl HttpApp<S, B>,
) -> io::Result<BoundServer> {
    let listeners = bind(addresses)?;
    let addresses = listeners.iter().map(TcpListener::local_addr).collect::<io::Result<_>>()?;
    let connections = Connections::new(descriptors::connections());
    let builder = ServerBuilder::default()
        .workers(options.workers)
        // Beyond this, connections wait in the kernel's queue. By then, idle connections are being closed already.
        .max_concurrent_connections(connections.limit().div_ceil(options.workers) + 1)
        .shutdown_timeout(options.shutdown_timeout.as_secs())
        .disable_signals();
    let protocol = HttpProtocol {
        connections: connections.clone(),
        stopping: builder.graceful_shutdown_signal(),
        keep_alive: options.keep_alive,
    };
    let server =
        listeners.into_iter().try_fold(builder, |builder, listener| app.listen(builder, listener, &protocol))?;
    Ok(BoundServer { server: server.run(), connections, options, addresses })
}

/// Binds all addresses. Those that this machine does not have, such as IPv6 ones, are skipped if another one exists.
///
/// # Errors
/// An address is in use or not permitted, or none exists on this machine.
pub fn bind(addresses: &[SocketAddr]) -> io::Result<Vec<TcpListener>> {
    let mut listeners: Vec<TcpListener> = Vec::new();
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

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}
