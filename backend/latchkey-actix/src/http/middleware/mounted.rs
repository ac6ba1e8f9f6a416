//! Notices an app that mounts routes without the middleware, or the middleware without routes: that must not go unnoticed, because
//! without the middleware nothing refuses what other sites send.

use actix_web::{HttpMessage, HttpRequest, dev::ServiceRequest};

use crate::http::error::ApiError;

/// Says that a request has passed the middleware.
struct PassedMiddleware;

/// Marks a request as one that has passed the middleware.
pub fn mark(request: &ServiceRequest) {
    request.extensions_mut().insert(PassedMiddleware);
}

/// Refuses a request that has not passed the middleware.
///
/// # Errors
/// [`ApiError::Misconfigured`], a 500 that says what is missing.
pub fn require_middleware(request: &HttpRequest) -> Result<(), ApiError> {
    if request.extensions().contains::<PassedMiddleware>() { Ok(()) } else { Err(ApiError::Misconfigured(MISSING)) }
}

const MISSING: &str = "latchkey.middleware() is missing: wrap the App in it, as its last .wrap(…).";
