//! Signing in and out, and asking who is signed in.

use std::borrow::Cow;

use latchkey_shared::{Login, SignedIn, User, Verified, api as shared};

use super::request::{ApiRequest, TypedRequest};

/// Signs in; the cookie comes with the answer. Whoever is signed in already names the session that the new one replaces.
#[must_use]
pub fn login(base: &str, login: &Login) -> TypedRequest<SignedIn> {
    ApiRequest::post(below(base, shared::LOGIN)).json_body(login).changing_cookie().expect_json()
}

/// Asks whether the session of the cookie is active, and reports how long ago the user did something, if they did.
#[must_use]
pub fn verify_session(base: &str, activity_age_ms: Option<u64>) -> TypedRequest<Verified> {
    ApiRequest::get(below(base, shared::VERIFY_SESSION)).with_activity(activity_age_ms).expect_json()
}

/// Moves the deadline of the session.
#[must_use]
pub fn refresh(base: &str) -> TypedRequest<SignedIn> {
    ApiRequest::post(below(base, shared::REFRESH_SESSION)).changing_cookie().expect_json()
}

/// Ends the session.
#[must_use]
pub fn logout(base: &str) -> TypedRequest<()> {
    ApiRequest::post(below(base, shared::LOGOUT)).changing_cookie().keepalive().expect_empty()
}

/// Fetches the user of the session.
#[must_use]
pub fn me(base: &str) -> TypedRequest<User> {
    ApiRequest::get(below(base, shared::ME)).keeping_cookie().expect_json()
}

/// The path of a session route on a server that has them below `base`.
pub fn below(base: &str, path: &'static str) -> Cow<'static, str> {
    match path.strip_prefix("/api") {
        Some(rest) if base != "/api" => Cow::Owned([base, rest].concat()),
        _ => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_routes_move_with_their_base() {
        assert_eq!(below("/api", shared::ME), "/api/me");
        assert_eq!(below("/notes/api", shared::ME), "/notes/api/me");
        assert_eq!(below("", shared::ME), "/me");
    }
}
