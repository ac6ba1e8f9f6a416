//! Signing in and out, and asking who is signed in.

use latchkey_shared::{Login, SignedIn, User, Verified, api};

use super::call::{Call, Question};

/// Signs in; the cookie comes with the answer. Whoever is signed in already names the session that the new one replaces.
#[must_use]
pub fn login(login: &Login) -> Call<SignedIn> {
    Question::post(api::LOGIN).carrying(login).changing_cookie().for_json()
}

/// Asks whether the session of the cookie is active, and says whether a person's doing is behind it.
#[must_use]
pub fn verify_session(activity: bool) -> Call<Verified> {
    Question::get(api::VERIFY_SESSION).for_a_person(activity).for_json()
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
    Question::get(api::ME).for_json()
}
