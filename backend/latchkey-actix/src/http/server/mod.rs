//! The server with bounded connections. actix-web's `HttpServer` bounds only the time of a connection's first request head, keeps idle
//! connections until their time-out however many there are, and stops accepting at its limit. So this server is built from the same
//! parts (`actix-server`, `actix-http`) around its own stream ([`timed`]), which bounds every request, and a register of all connections
//! ([`connections`]), which closes idle ones for new ones.

pub mod connections;
pub mod descriptors;
pub mod exchange;
mod http_app;
mod listen_address;
mod listener;
pub mod shutdown;
pub mod signals;
mod timed;
mod unix_socket;

use std::{io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use actix_server::{Server, ServerBuilder};
use actix_web::dev::ServerHandle;

use crate::settings::processors;
use connections::Connections;
use http_app::{HttpProtocol, Shortcut};
use listener::Listeners;
use unix_socket::SocketFile;

pub use http_app::HttpApp;
pub use listen_address::ListenAddress;
pub use shutdown::ManagedServer;

/// The options of a [`BoundServer`]: threads and time-outs.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    workers: usize,
    keep_alive: Option<Duration>,
    pub(super) shutdown_delay: Duration,
    pub(super) shutdown_timeout: Duration,
    socket_mode: u32,
    pub(crate) checks_before_app: bool,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            workers: processors(),
            keep_alive: Some(Duration::from_secs(150)),
            shutdown_delay: Duration::ZERO,
            shutdown_timeout: Duration::from_secs(10),
            socket_mode: 0o660,
            checks_before_app: false,
        }
    }
}

impl ServerOptions {
    /// The number of threads that serve requests, at least one: by default the number of processors.
    #[must_use]
    pub fn workers(self, workers: usize) -> Self {
        Self { workers: workers.max(1), ..self }
    }

    /// How long an idle connection is kept open: 150 seconds by default; `None` closes it after each answer. It should be longer than a
    /// reverse proxy keeps it (120 seconds in Caddy, 90 in Traefik, 60 in nginx), or requests may be sent on a connection that is just being
    /// closed; proxies do not repeat a POST.
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

    /// The mode of Unix sockets' files: 0660 by default, so that the user and the group that own the file can connect.
    #[must_use]
    pub fn socket_mode(self, mode: u32) -> Self {
        Self { socket_mode: mode, ..self }
    }

    /// Whether `GET /api/verify-session` is answered before the app if its session is active and cached, as it mostly is: the answer is
    /// the same and costs two thirds. The app's own middleware does not see these requests, so set it for an app whose middleware adds
    /// nothing to them. Off by default.
    #[must_use]
    pub fn checks_before_app(self, before: bool) -> Self {
        Self { checks_before_app: before, ..self }
    }
}

/// A server that listens; [`Latchkey::serve`](crate::Latchkey::serve) runs it.
pub struct BoundServer {
    pub(super) server: Server,
    pub(super) connections: Arc<Connections>,
    pub(super) options: ServerOptions,
    addresses: Vec<SocketAddr>,
    pub(super) socket_files: Vec<SocketFile>,
}

impl BoundServer {
    /// The addresses and ports on which it listens; none if it listens on Unix sockets only.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The files of the Unix sockets on which it listens.
    pub fn sockets(&self) -> impl Iterator<Item = &Path> {
        self.socket_files.iter().map(SocketFile::path)
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
/// An address is in use or not permitted, or none exists on this machine. The error names the address.
pub fn bind_app<S, B>(
    listen: &[ListenAddress],
    options: ServerOptions,
    app: &impl HttpApp<S, B>,
    shortcut: Option<Shortcut>,
) -> io::Result<BoundServer> {
    let Listeners { sockets, addresses, files } = Listeners::bind(listen, options.socket_mode)?;
    if sockets.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "there is no address to listen on"));
    }
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
        shortcut,
    };
    let server = sockets.into_iter().try_fold(builder, |builder, socket| app.listen(builder, socket, &protocol))?;
    Ok(BoundServer { server: server.run(), connections, options, addresses, socket_files: files })
}
