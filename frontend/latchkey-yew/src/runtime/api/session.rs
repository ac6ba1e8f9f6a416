//! Signing in and out, and asking who is signed in.

use latchkey_shared::{Login, SignedIn, User, Verified, api};

use super::request::{Call, Question};

/// Signs in; the cookie comes with the answer. Whoever is signed in already names the session that the new one replaces.
#[must_use]
pub fn login(login: &Login) -> Call<SignedIn> {
    Question::post(api::LOGIN).carrying(login).changing_cookie().for_json()
}

/// Asks whether the session of the cookie is active, and reports how long ago the user did something, if they did.
#[must_use]
pub fn verify_session(activity_age_ms: Option<u64>) -> Call<Verified> {
    Question::get(api::VERIFY_SESSION).with_activity(activity_age_ms).for_json()
}

/// Moves the deadline of the session.
#[must_use]
pub fn refresh() -> Call<SignedIn> {
    Question::post(api::REFRESH_SESSION).changing_cookie().for_json()
}

/// Ends the session.
#[must_use]
pub fn logout() -> Call<()> {
    Question::post(api::LOGOUT).changing_cookie().keepalive().for_nothing()
}

/// Fetches the user of the session.
#[must_use]
pub fn me() -> Call<User> {
    Question::get(api::ME).keeping_cookie().for_json()
}
