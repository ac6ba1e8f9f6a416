//! Where a person is signed in.

use latchkey_shared::{Device, EndedSessions, SessionId, api};

use latchkey_yew::runtime::api::{Call, Question};

/// Lists the user's active sessions.
#[must_use]
pub fn devices() -> Call<Vec<Device>> {
    Question::get(api::SESSIONS).for_json()
}

/// Ends another session.
#[must_use]
pub fn end_device(other: &SessionId) -> Call<()> {
    Question::delete([api::SESSIONS, "/", &other.0].concat()).for_nothing()
}

/// Ends all sessions but this one.
#[must_use]
pub fn end_other_devices() -> Call<EndedSessions> {
    Question::delete(api::SESSIONS).for_json()
}
