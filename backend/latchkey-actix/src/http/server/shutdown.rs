//! Runs a server and stops it gracefully: first readiness fails, then requests finish, then event streams end.

use std::{io, pin::pin, sync::Arc, time::Duration};

use actix_web::dev::Server;

use super::{BoundServer, ServerOptions, connections::Connections, unix_socket::SocketFile};
use crate::shutdown_state::ShutdownState;

/// Interval of checks whether all requests have been answered.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The part of the shutdown time-out that is reserved for ending event streams.
const STREAM_TIMEOUT: Duration = Duration::from_secs(2);

/// A server that [`Latchkey::serve`](crate::Latchkey::serve) can run and stop: actix-web's own [`Server`], or a [`BoundServer`].
pub struct ManagedServer {
    server: Server,
    /// The connections and options of a [`BoundServer`]; `None` for actix-web's own server.
    bounded: Option<(Arc<Connections>, ServerOptions)>,
    /// Removes the files when it is dropped.
    socket_files: Vec<SocketFile>,
}

impl From<Server> for ManagedServer {
    fn from(server: Server) -> Self {
        Self { server, bounded: None, socket_files: Vec::new() }
    }
}

impl From<BoundServer> for ManagedServer {
    fn from(BoundServer { server, connections, options, socket_files, .. }: BoundServer) -> Self {
        Self { server, bounded: Some((connections, options)), socket_files }
    }
}

/// Runs a server until it ends by itself, `stop` completes or the shutdown begins. Then it stops the server gracefully: `/readyz` fails
/// during the shutdown delay; the listener closes and requests finish; event streams end last, because their clients reconnect at once
/// and should reach another server.
pub async fn run(
    ManagedServer { server, bounded, socket_files: _socket_files }: ManagedServer,
    state: &Arc<ShutdownState>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let drain_guard = state.count_server();
    let handle = server.handle();
    let mut server = pin!(server);
    tokio::select! {
        result = &mut server => return result,
        () = stop => state.begin(),
        () = state.begun() => {}
    }
    let Some((connections, options)) = bounded else {
        // actix-web's server waits for event streams as for any other answer, so they must end at once.
        drop(drain_guard);
        return tokio::join!(server, handle.stop(true)).0;
    };
    let stopped = async {
        tokio::time::sleep(options.shutdown_delay).await;
        let stopped = handle.stop(true);
        let answered = requests_answered(&connections);
        let _ = tokio::time::timeout(options.shutdown_timeout.saturating_sub(STREAM_TIMEOUT), answered).await;
        drop(drain_guard);
        stopped.await;
    };
    tokio::join!(server, stopped).0
}

async fn requests_answered(connections: &Connections) {
    // Wait at least once, because a request may just have arrived.
    tokio::time::sleep(POLL_INTERVAL).await;
    while connections.requests_in_flight() > 0 {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
