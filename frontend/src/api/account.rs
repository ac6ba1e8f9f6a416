//! What a user can change about themselves.

use latchkey_shared::{PasswordChange, ProfileChange, api};
use latchkey_yew::{ApiClient, ApiError};

/// Changes the user's name.
///
/// # Errors
/// The request's.
pub async fn change_profile(client: &ApiClient, change: &ProfileChange) -> Result<(), ApiError> {
    client.change_user(client.patch(api::ME).json(change)).await
}

/// Changes the password: a new session begins here, with a new cookie, and every other one ends.
///
/// # Errors
/// The request's.
pub async fn change_password(client: &ApiClient, change: &PasswordChange) -> Result<(), ApiError> {
    client.replace_session(client.post(api::PASSWORD).json(change)).await
}
