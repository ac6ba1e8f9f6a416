//! The user's own profile and password.

use latchkey_shared::{PasswordChange, ProfileChange, api};
use latchkey_yew::{ApiClient, ApiError};

/// Changes the user's name.
///
/// # Errors
/// Those of the request.
pub fn change_profile(client: &ApiClient, change: &ProfileChange) -> impl Future<Output = Result<(), ApiError>> {
    client.change_user(client.patch(api::ME).json(change))
}

/// Changes the password. The server replaces the session, with a new cookie, and ends all other sessions of the user.
///
/// # Errors
/// Those of the request.
pub fn change_password(client: &ApiClient, change: &PasswordChange) -> impl Future<Output = Result<(), ApiError>> {
    client.replace_session(client.post(api::PASSWORD).json(change))
}
