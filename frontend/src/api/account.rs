//! The user's own profile and password.

use latchkey_shared::{PasswordChange, ProfileChange, SetPassword, api};
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

/// Sets a password with the token of a one-time link, whoever is signed in. The server ends all sessions of the link's user.
///
/// # Errors
/// Those of the request.
pub fn set_password(client: &ApiClient, new: &SetPassword) -> impl Future<Output = Result<(), ApiError>> {
    client.post(api::SET_PASSWORD).json(new).without_session().send_empty()
}
