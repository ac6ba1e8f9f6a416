//! The limit of request bodies. Latchkey's own routes reject a longer body by its `Content-Length`; without one, the extractor stops reading
//! at the limit. A route of the app may have a limit of its own.

use std::time::Duration;

use actix_web::{
    HttpRequest, ResponseError, Route, guard,
    http::header::{CONTENT_LENGTH, HeaderMap},
    web,
};
use latchkey_shared::api;

use crate::http::error::ApiError;

/// Longest time for a body of [`api::MAX_BODY_BYTES`] to arrive.
const MIN_TIME: Duration = Duration::from_secs(10);

/// Slowest accepted upload of a longer body, in bytes per second.
const MIN_RATE: usize = 16 * 1024;

/// The longest body that [`ApiJson`](crate::http::extract::ApiJson) and
/// [`Authenticated`](crate::http::extract::Authenticated) read, in bytes; 16 KiB unless a route, resource or scope says otherwise:
///
/// ```
/// # use actix_web::web; use latchkey_actix::BodyLimit;
/// # async fn import() -> String { String::new() }
/// web::resource("/api/import").app_data(BodyLimit(1024 * 1024)).route(web::post().to(import));
/// ```
///
/// A longer body is answered with 413, and one that arrives more slowly than 16 KiB a second, after the first ten seconds,
/// with 408. Extractors of actix have limits of their own, which Latchkey sets to 16 KiB too: override them with
/// [`web::PayloadConfig`] (`Bytes`, `String`), [`web::JsonConfig`] or [`web::FormConfig`] in the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

impl BodyLimit {
    /// The limit of the route that a request has reached.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        request.app_data().copied().unwrap_or(Self(api::MAX_BODY_BYTES))
    }

    /// Longest time for a body to arrive.
    #[must_use]
    pub fn time(self) -> Duration {
        MIN_TIME + Duration::from_secs((self.0.saturating_sub(api::MAX_BODY_BYTES) / MIN_RATE) as u64)
    }
}

/// The first route of each of Latchkey's resources: it rejects requests whose `Content-Length` is too large.
pub fn route() -> Route {
    let guard = guard::fn_guard(|request| is_exceeded(&request.head().headers));
    web::route().guard(guard).to(|| async { too_large().error_response() })
}

/// The error for a body that is too long for Latchkey's routes.
#[must_use]
pub fn too_large() -> ApiError {
    ApiError::BodyTooLarge { limit: api::MAX_BODY_BYTES }
}

/// Whether a request's `Content-Length` is too large for Latchkey's routes.
#[must_use]
pub fn is_exceeded(request: &HeaderMap) -> bool {
    let announced = request.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    announced.is_some_and(|length| length > api::MAX_BODY_BYTES as u64)
}
