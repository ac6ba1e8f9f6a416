//! Where a person is signed in.

use latchkey_shared::{Device, EndedSessions, SessionId, api};

use latchkey_yew::runtime::api::{ApiRequest, TypedRequest};

/// Lists the user's active sessions.
#[must_use]
pub fn devices() -> TypedRequest<Vec<Device>> {
    ApiRequest::get(api::SESSIONS).expect_json()
}

/// Ends another session.
#[must_use]
pub fn end_device(other: &SessionId) -> TypedRequest<()> {
    ApiRequest::delete([api::SESSIONS, "/", &other.0].concat()).expect_empty()
}

/// Ends all sessions but this one.
#[must_use]
pub fn end_other_devices() -> TypedRequest<EndedSessions> {
    ApiRequest::delete(api::SESSIONS).expect_json()
}
