//! What a person can change about themselves.

use latchkey_shared::{PasswordChange, ProfileChange, SignedIn, User, api};

use latchkey_yew::runtime::api::{Call, Question};

/// Changes the user's name.
#[must_use]
pub fn change_profile(change: &ProfileChange) -> Call<User> {
    Question::patch(api::ME).carrying(change).for_json()
}

/// Changes the password: a new session begins here, with a new cookie, and every other one ends.
#[must_use]
pub fn change_password(change: &PasswordChange) -> Call<SignedIn> {
    Question::post(api::PASSWORD).carrying(change).changing_cookie().for_json()
}
