//! `X-Session`: the header in which a client names its session.

use actix_web::{HttpRequest, http::header::HeaderName};
use latchkey_shared::api;

use crate::{http::error::ApiError, service::ActiveSession};

/// See [`api::SESSION_HEADER`].
pub const SESSION_HEADER: HeaderName = HeaderName::from_static(api::SESSION_HEADER);

/// Rejects a request that names another session than that of its cookie.
///
/// # Errors
/// [`ApiError::SessionChanged`].
pub fn check_session_header(request: &HttpRequest, session: &ActiveSession) -> Result<(), ApiError> {
    let named = request.headers().get(SESSION_HEADER);
    let same = named.is_none_or(|named| named.as_bytes() == session.id().0.as_bytes());
    same.then_some(()).ok_or(ApiError::SessionChanged)
}
