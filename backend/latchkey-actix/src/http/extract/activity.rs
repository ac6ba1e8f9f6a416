//! Decides which requests are activity of the user, which postpones the idle limit. Checks of the session are not.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    http::{Method, header::HeaderName},
};
use latchkey_shared::api;

use crate::{
    http::{error::ApiError, request_state::RequestState},
    service::ActiveSession,
};

/// See [`api::ACTIVITY_HEADER`].
pub const ACTIVITY_HEADER: HeaderName = HeaderName::from_static(api::ACTIVITY_HEADER);
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Marks a prefetch or prerender; `Purpose` is the older name.
const SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
const PURPOSE: HeaderName = HeaderName::from_static("purpose");

/// Records activity in the session if the user caused the request: a mutation, or a request with `X-Activity`.
///
/// # Errors
/// Latchkey is not mounted.
pub fn touch_if_active(request: &HttpRequest, session: ActiveSession) -> Result<ActiveSession, ApiError> {
    let is_activity =
        !request.method().is_safe() || (request.headers().contains_key(ACTIVITY_HEADER) && is_foreground(request));
    if is_activity { touch(request, session) } else { Ok(session) }
}

/// Records activity in the session: at the age in `X-Activity`, or now.
///
/// # Errors
/// Latchkey is not mounted.
pub fn touch(request: &HttpRequest, session: ActiveSession) -> Result<ActiveSession, ApiError> {
    let age = request.headers().get(ACTIVITY_HEADER).and_then(|age| age.to_str().ok()?.trim().parse().ok());
    let age = Duration::from_millis(age.unwrap_or_default());
    Ok(RequestState::of(request)?.service.touch(session, age))
}

/// Whether the request is a navigation of the user: a document in a tab, not in a frame, and not from another site.
#[must_use]
pub fn is_navigation(request: &HttpRequest) -> bool {
    let is = |name, value: &str| request.headers().get(name).is_some_and(|sent| sent == value);
    let from_other_site = request.headers().contains_key(SEC_FETCH_SITE)
        && !is(SEC_FETCH_SITE, "same-origin")
        && !is(SEC_FETCH_SITE, "none");
    is_foreground(request) && is(SEC_FETCH_DEST, "document") && !from_other_site
}

/// Whether a safe request is for immediate display: not HEAD, and not loaded ahead of time.
fn is_foreground(request: &HttpRequest) -> bool {
    let ahead = [SEC_PURPOSE, PURPOSE].into_iter().any(|name| request.headers().contains_key(name));
    *request.method() == Method::GET && !ahead
}
