//! The middleware around every route, from the outside in: request log, security headers, same-site check, and problems in place of bare
//! errors. One file per concern, but one wrap for all, because each wrap costs every request. The body limit is a guard in the
//! route table instead, because each route has its own.

pub mod measured;
pub mod request_log;
pub mod security_headers;
mod traceparent;

pub mod same_site;

pub mod bare_errors;

pub mod body_limit;

use std::{
    future::{Future, Ready, ready},
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    error::InternalError,
    http::{ConnectionType, StatusCode, uri::PathAndQuery},
};
use futures_util::FutureExt;

use super::{
    error::ApiError,
    request_state::{RequestState, WorkerState},
    route_index::RouteIndex,
    server::exchange::Exchange,
};
use crate::{metrics::requests::RequestMetrics, shutdown_state::ShutdownState};
use measured::InFlight;
use request_log::RequestLog;
use same_site::OriginPolicy;
use security_headers::SecurityHeaders;

/// The middleware that [`Latchkey::middleware`](crate::Latchkey::middleware) returns, for [`App::wrap`](actix_web::App::wrap).
#[derive(Clone, Debug)]
pub struct LatchkeyMiddleware(pub(crate) Arc<MiddlewareState>);

/// The state of the middleware, shared by all workers.
#[derive(Debug)]
pub struct MiddlewareState {
    /// Which sites may send mutations.
    pub origin_policy: OriginPolicy,
    /// The default headers of every answer.
    pub headers: SecurityHeaders,
    /// What extractors need.
    pub request_state: RequestState,
    /// Whether answers are the last ones of their connections.
    pub shutdown_state: Arc<ShutdownState>,
    /// Counts requests.
    pub requests: Arc<RequestMetrics>,
    /// Under which position each request is counted.
    pub route_index: RouteIndex,
}

/// [`LatchkeyMiddleware`] around the app of one worker.
#[derive(Debug)]
pub struct LatchkeyMiddlewareService<S> {
    service: S,
    state: Arc<MiddlewareState>,
    worker_state: WorkerState,
}

impl<S, B> Transform<S, ServiceRequest> for LatchkeyMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = LatchkeyMiddlewareService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let (state, worker_state) = (self.0.clone(), WorkerState::new(self.0.request_state.clone()));
        ready(Ok(LatchkeyMiddlewareService { service, state, worker_state }))
    }
}

impl<S, B> Service<ServiceRequest> for LatchkeyMiddlewareService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let exchange = Exchange::begin(&mut request);
        let request_log = RequestLog::start(request.headers());
        let path = request.uri().path_and_query().cloned();
        let in_flight = InFlight::begin(self.state.clone(), &request);
        let state = &self.state;
        state.request_state.proxies.warn_untrusted_proxy(request.peer_addr(), request.headers());
        let inner = match reject_cross_site(state, &request) {
            Some(rejection) => Err(request.into_response(rejection)),
            None => {
                self.worker_state.give_to(&mut request);
                Ok(self.service.call(request))
            }
        };
        Box::pin(async move {
            let state = &in_flight.state;
            // An inner service's `Err` is passed on, because its middleware chose not to answer.
            let mut answer = match inner {
                // A dropped connection instead of an answer would make browsers send the request again.
                Ok(inner) => match AssertUnwindSafe(inner).catch_unwind().await {
                    Ok(Ok(answer)) => bare_errors::replace(answer.map_into_boxed_body()),
                    Ok(Err(error)) => {
                        in_flight.answer(error.as_response_error().status_code(), request_log.elapsed());
                        return Err(error);
                    }
                    Err(_) => {
                        in_flight.answer(StatusCode::INTERNAL_SERVER_ERROR, request_log.elapsed());
                        let mut answer = request_log.explain_panic(path.as_ref().map_or("", PathAndQuery::path));
                        state.headers.apply_defaults(answer.headers_mut());
                        return Err(InternalError::from_response("a handler panicked", answer).into());
                    }
                },
                Err(rejected) => rejected,
            };
            state.headers.apply_defaults(answer.headers_mut());
            if state.shutdown_state.has_begun() {
                // A proxy that sent its next request while the connection is being closed could not repeat a mutation.
                answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
            }
            in_flight.answer(answer.status(), request_log.elapsed());
            request_log.finish(&mut answer, &state.request_state.proxies);
            Ok(exchange.answered(answer))
        })
    }
}

/// The 403 to a mutation from another site; `None` if the request is allowed.
fn reject_cross_site(state: &MiddlewareState, request: &ServiceRequest) -> Option<HttpResponse> {
    if !state.origin_policy.allows(request.method(), request.headers()) {
        let mut rejection = ApiError::CrossSite.error_response();
        rejection.extensions_mut().insert(state.origin_policy.explain_rejection(request.headers()));
        return Some(rejection);
    }
    None
}
