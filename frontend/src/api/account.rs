//! What a person can change about themselves.

use latchkey_shared::{PasswordChange, ProfileChange, SignedIn, User, api};

use latchkey_yew::runtime::api::{ApiRequest, TypedRequest};

/// Changes the user's name.
#[must_use]
pub fn change_profile(change: &ProfileChange) -> TypedRequest<User> {
    ApiRequest::patch(api::ME).json_body(change).expect_json()
}

/// Changes the password: a new session begins here, with a new cookie, and every other one ends.
#[must_use]
pub fn change_password(change: &PasswordChange) -> TypedRequest<SignedIn> {
    ApiRequest::post(api::PASSWORD).json_body(change).changing_cookie().expect_json()
}
