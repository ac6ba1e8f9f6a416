//! What a person can change about themselves.

use latchkey_shared::{PasswordChange, ProfileChange, SessionId, SignedIn, User, api};

use super::ApiError;
use super::send::Call;

/// Changes the user's name.
///
/// # Errors
/// When the server refuses, or when nobody can tell.
pub async fn change_profile(session: &SessionId, change: &ProfileChange) -> Result<User, ApiError> {
    Call::patch(api::ME).named(session).json(change).receive_json().await
}

/// Changes the password: a new session begins here, with a new cookie, and every other one ends.
///
/// # Errors
/// When the server refuses, or when nobody can tell.
pub async fn change_password(session: &SessionId, change: &PasswordChange) -> Result<SignedIn, ApiError> {
    Call::post(api::PASSWORD).named(session).json(change).receive_json().await
}
