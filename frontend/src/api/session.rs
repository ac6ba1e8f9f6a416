//! Signing in and out, and asking who is signed in.

use latchkey_shared::{Login, SessionId, SignedIn, User, Verified, api};

use super::ApiError;
use super::send::Call;

/// Signs in; the cookie comes with the answer. Whoever is signed in already names the session that the new one replaces.
///
/// # Errors
/// When the server refuses, or when nobody can tell.
pub async fn login(session: Option<&SessionId>, login: &Login) -> Result<SignedIn, ApiError> {
    Call::post(api::LOGIN).named(session).json(login).receive_json().await
}

/// Asks whether the session of the cookie is active.
///
/// # Errors
/// When it is not, or when nobody can tell.
pub async fn verify_session() -> Result<Verified, ApiError> {
    Call::get(api::VERIFY_SESSION).receive_json().await
}

/// Ends the session of the cookie, if it is the one that is named.
///
/// # Errors
/// When it is another one, or when nobody can tell.
pub async fn logout(session: &SessionId) -> Result<(), ApiError> {
    Call::post(api::LOGOUT).named(session).receive_nothing().await
}

/// Fetches the user of the session.
///
/// # Errors
/// When the session is not active, or when nobody can tell.
pub async fn me() -> Result<User, ApiError> {
    Call::get(api::ME).receive_json().await
}
