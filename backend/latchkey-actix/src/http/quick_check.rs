//! The check of a cached session, answered before the app: its routing, extractors and futures take longer than the check. Only the
//! plain request is answered here, and by the same functions; every other one goes on to the app.

use std::sync::Arc;

use actix_http::{Payload, Request};
use actix_web::{
    body::BoxBody,
    dev::Response,
    http::{Method, StatusCode},
};
use latchkey_shared::api;

use super::{
    api::session,
    extract::changes_a_check,
    middleware::{MiddlewareState, request_log::RequestLog},
    server::exchange::Exchange,
};
use crate::clock::Monotonic;

/// What it takes to answer a check before the app.
#[derive(Debug)]
pub struct QuickCheck {
    state: Arc<MiddlewareState>,
    /// Under which position checks are counted.
    route: usize,
}

impl QuickCheck {
    /// For the server with this state.
    #[must_use]
    pub fn new(state: Arc<MiddlewareState>) -> Self {
        let route = state.route_index.find(&Method::GET, api::VERIFY_SESSION);
        Self { state, route }
    }

    /// The answer to a check of an active, cached session; `None` if the app must answer.
    #[must_use]
    pub fn answer(&self, request: &mut Request) -> Option<Response<BoxBody>> {
        let MiddlewareState { request_state, requests, shutdown_state, .. } = &*self.state;
        let has_body = !matches!(request.payload(), Payload::None);
        let headers = request.head().headers();
        let is_plain = *request.method() == Method::GET
            && request.uri().path_and_query().is_some_and(|target| target == api::VERIFY_SESSION)
            && !has_body
            && !changes_a_check(headers)
            // The app's middleware writes the line, and closes the connection.
            && !RequestLog::writes_successes()
            && !shutdown_state.has_begun();
        if !is_plain {
            return None;
        }
        let log = RequestLog::start(headers);
        let token = request_state.cookie.presented(headers).token?;
        let service = &request_state.service;
        let mut answer = service.check_from_cache(token.hash(), log.started(), |check, _, now| {
            session::verified(check, service.remaining(&check.times, now), &request_state.spa)
        })?;
        // Until it ends, the connection is not idle.
        let exchange = Exchange::begin_without_body(request.conn_data());
        request_state.proxies.warn_untrusted_proxy(request.peer_addr(), headers);
        self.state.headers.add_all(answer.headers_mut());
        // Read once for all: each reading of the clock is about a hundredth of a check.
        let now = Monotonic::now();
        requests.answer(self.route, StatusCode::OK.as_u16(), now.since(log.started()));
        log.identify(answer.headers_mut());
        exchange.end_at(now);
        Some(answer.into())
    }
}

#[cfg(test)]
mod tests;
