//! Counts requests in the metrics: in flight, by route and status, and their time.

use std::{sync::Arc, time::Duration};

use actix_web::{dev::ServiceRequest, http::StatusCode};

use super::MiddlewareState;

/// A request in flight, for the metrics. It counts as such until it is dropped: with its answer, or because its client has gone.
pub struct InFlight {
    pub(super) state: Arc<MiddlewareState>,
    route: usize,
}

impl InFlight {
    /// Counts a request that begins.
    #[must_use]
    pub fn begin(state: Arc<MiddlewareState>, request: &ServiceRequest) -> Self {
        let route = state.route_index.find(request.method(), request.path());
        state.requests.begin(route);
        Self { state, route }
    }

    /// Counts its answer.
    pub fn answer(&self, status: StatusCode, took: Duration) {
        self.state.requests.answer(self.route, status.as_u16(), took);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.state.requests.end(self.route);
    }
}
