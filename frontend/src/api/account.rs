//! The user's own profile and password.

use latchkey_shared::{PasswordChange, ProfileChange, api};
use latchkey_yew::{ApiClient, ApiError};

/// Changes the user's name.
///
/// # Errors
/// Those of the request.
pub async fn change_profile(client: &ApiClient, change: &ProfileChange) -> Result<(), ApiError> {
    client.change_user(client.patch(api::ME).json(change)).await
}

/// Changes the password. The server replaces the session, with a new cookie, and ends all other sessions of the user.
///
/// # Errors
/// Those of the request.
pub async fn change_password(client: &ApiClient, change: &PasswordChange) -> Result<(), ApiError> {
    client.replace_session(client.post(api::PASSWORD).json(change)).await
}
