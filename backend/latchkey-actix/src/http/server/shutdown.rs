//! How a server stops: readiness first, then the requests, then the event streams.

use std::{sync::Arc, time::Duration};

use actix_web::{dev::ServerHandle, web::Data};

use super::connections::Connections;
use crate::shutdown_state::ShutdownState;

/// How often it is looked whether all requests have been answered.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What is left of the time-out for event streams to end in.
const FOR_STREAMS: Duration = Duration::from_secs(2);

/// Stops a server in order.
#[derive(Clone)]
pub struct Shutdown {
    /// The server.
    pub server: ServerHandle,
    /// What its requests know of it.
    pub shutdown_state: Data<ShutdownState>,
    /// What its connections are doing.
    pub connections: Arc<Connections>,
    /// How long requests that are being answered may take to finish.
    pub timeout: Duration,
}

impl Shutdown {
    /// `/readyz` says no for a while, in which load balancers look away. Then no connection is accepted any more, and requests
    /// are finished. Event streams end last: their clients connect again at once, and should find another server.
    pub async fn run(self, delay: Duration) {
        self.shutdown_state.begin();
        tokio::time::sleep(delay).await;
        let stopped = self.server.stop(true);
        let _ = tokio::time::timeout(self.timeout.saturating_sub(FOR_STREAMS), self.requests_answered()).await;
        self.shutdown_state.end_streams();
        stopped.await;
    }

    async fn requests_answered(&self) {
        // Once at least: a request may just have arrived.
        tokio::time::sleep(LOOK_EVERY).await;
        while self.connections.requests_in_flight() > 0 {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}
