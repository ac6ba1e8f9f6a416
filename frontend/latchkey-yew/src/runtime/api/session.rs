//! Signing in and out, and asking who is signed in.

use latchkey_shared::{Login, SessionId, SignedIn, User, Verified, api};
use serde::de::DeserializeOwned;

use super::error::ApiError;
use super::parts::{Activity, RequestParts};
use super::reading::{Problems, no_content};
use super::response::ApiResponse;

/// A request about the session itself, whose answer is a `T`.
#[derive(Clone, Debug)]
pub struct SessionRequest<T> {
    pub(crate) parts: RequestParts,
    /// Reads the answer.
    pub(crate) read: fn(&ApiResponse) -> Result<T, ApiError>,
}

impl<T> SessionRequest<T> {
    /// Sends it, and names the session that the caller believes in, so that the server refuses to touch another one.
    ///
    /// # Errors
    /// When the server refuses, or when nobody can tell.
    pub async fn send(self, session: Option<&SessionId>) -> Result<T, ApiError> {
        (self.read)(&self.parts.send(session).await?)
    }
}

/// Signs in; the cookie comes with the answer. Whoever is signed in already names the session that the new one replaces.
#[must_use]
pub fn login(base: &str, login: &Login) -> SessionRequest<SignedIn> {
    let mut parts = parts(base, "POST", api::LOGIN).json(login);
    parts.changes_cookie = true;
    json(parts)
}

/// Asks whether the session of the cookie is active, and reports when the user last did something, if they did.
#[must_use]
pub fn verify_session(base: &str, active_at_ms: Option<u64>) -> SessionRequest<Verified> {
    let mut parts = parts(base, "GET", api::VERIFY_SESSION);
    parts.activity = active_at_ms.map(Activity::At);
    json(parts)
}

/// Moves the deadline of the session.
#[must_use]
pub fn refresh(base: &str) -> SessionRequest<SignedIn> {
    let mut parts = parts(base, "POST", api::REFRESH_SESSION);
    parts.changes_cookie = true;
    json(parts)
}

/// Ends the session.
#[must_use]
pub fn logout(base: &str) -> SessionRequest<()> {
    let mut parts = parts(base, "POST", api::LOGOUT);
    parts.changes_cookie = true;
    parts.keepalive = true;
    SessionRequest { parts, read: no_content }
}

/// Fetches the user of the session.
#[must_use]
pub fn me(base: &str) -> SessionRequest<User> {
    let mut parts = parts(base, "GET", api::ME);
    parts.keeps_cookie = true;
    json(parts)
}

fn parts(base: &str, method: &'static str, path: &'static str) -> RequestParts {
    RequestParts::new(method, below(base, path), Problems::Latchkeys)
}

/// The path of a session route on a server that has them below `base`.
pub fn below(base: &str, path: &'static str) -> String {
    [base, path.strip_prefix("/api").unwrap_or(path)].concat()
}

fn json<T: DeserializeOwned>(parts: RequestParts) -> SessionRequest<T> {
    SessionRequest { parts, read: ApiResponse::json }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_routes_move_with_their_base() {
        assert_eq!(below("/api", api::ME), "/api/me");
        assert_eq!(below("/notes/api", api::ME), "/notes/api/me");
        assert_eq!(below("", api::ME), "/me");
    }
}
