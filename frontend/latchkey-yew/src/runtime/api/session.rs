//! Signing in and out, and asking who is signed in.

use latchkey_shared::{Login, SignedIn, User, Verified, api};

use super::request::{ApiRequest, TypedRequest};

/// Signs in; the cookie comes with the answer. Whoever is signed in already names the session that the new one replaces.
#[must_use]
pub fn login(login: &Login) -> TypedRequest<SignedIn> {
    ApiRequest::post(api::LOGIN).json_body(login).changing_cookie().expect_json()
}

/// Asks whether the session of the cookie is active, and reports how long ago the user did something, if they did.
#[must_use]
pub fn verify_session(activity_age_ms: Option<u64>) -> TypedRequest<Verified> {
    ApiRequest::get(api::VERIFY_SESSION).with_activity(activity_age_ms).expect_json()
}

/// Moves the deadline of the session.
#[must_use]
pub fn refresh() -> TypedRequest<SignedIn> {
    ApiRequest::post(api::REFRESH_SESSION).changing_cookie().expect_json()
}

/// Ends the session.
#[must_use]
pub fn logout() -> TypedRequest<()> {
    ApiRequest::post(api::LOGOUT).changing_cookie().keepalive().expect_empty()
}

/// Fetches the user of the session.
#[must_use]
pub fn me() -> TypedRequest<User> {
    ApiRequest::get(api::ME).keeping_cookie().expect_json()
}
