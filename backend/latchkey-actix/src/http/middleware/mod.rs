//! What stands around every route, from the outside in: a line in the log, security headers, and two reasons to refuse a
//! request before it reaches one. One concern a file; one wrap for all of them, because each wrap costs every request.

pub mod request_log;
pub mod security_headers;

pub mod same_site;

pub mod body_limit;

use std::sync::Arc;

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};

use super::{error::ApiError, server::exchange::Exchange, trusted_proxies::TrustedProxies};
use request_log::RequestLog;
use same_site::OriginPolicy;
use security_headers::SecurityHeaders;

/// What the middleware has to know of the server.
#[derive(Debug)]
pub struct Middleware {
    /// The site that the server is.
    pub origin_policy: OriginPolicy,
    /// The headers that every answer carries.
    pub headers: SecurityHeaders,
    /// Who is believed about whom a request comes from.
    pub proxies: Data<TrustedProxies>,
}

/// Handles a request at the edge. It returns no error of its own: that would skip whatever stands further out.
///
/// # Errors
/// None of its own.
pub async fn handle(
    middleware: Arc<Middleware>,
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let exchange = Exchange::begin(&mut request);
    let request_log = RequestLog::start(request.headers());
    middleware.proxies.warn_untrusted_proxy(request.peer_addr(), request.headers());
    let mut answer = match refusal(&middleware, &request) {
        Some(refusal) => request.into_response(refusal),
        None => next.call(request).await?,
    };
    middleware.headers.apply_defaults(answer.headers_mut());
    request_log.finish(&mut answer, &middleware.proxies);
    Ok(exchange.answered(answer))
}

/// Why a request is refused before any route sees it, if it is.
fn refusal(middleware: &Middleware, request: &ServiceRequest) -> Option<HttpResponse> {
    if !middleware.origin_policy.allows(request.method(), request.headers()) {
        let mut refusal = ApiError::CrossSite.error_response();
        refusal.extensions_mut().insert(middleware.origin_policy.explain_rejection(request.headers()));
        return Some(refusal);
    }
    body_limit::is_exceeded(request.headers()).then(|| ApiError::BodyTooLarge.error_response())
}
