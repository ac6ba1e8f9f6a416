//! Where a person is signed in.

use latchkey_shared::{Device, EndedSessions, SessionId, api};

use super::ApiError;
use super::send::Call;

/// Lists the user's active sessions.
///
/// # Errors
/// When the server refuses, or when nobody can tell.
pub async fn devices(session: &SessionId) -> Result<Vec<Device>, ApiError> {
    Call::get(api::SESSIONS).named(session).receive_json().await
}

/// Ends another session.
///
/// # Errors
/// When the server refuses, or when nobody can tell.
pub async fn end_device(session: &SessionId, other: &SessionId) -> Result<(), ApiError> {
    let path = [api::SESSIONS, "/", &other.0].concat();
    Call::delete(&path).named(session).receive_nothing().await
}

/// Ends all sessions but this one.
///
/// # Errors
/// When the server refuses, or when nobody can tell.
pub async fn end_other_devices(session: &SessionId) -> Result<EndedSessions, ApiError> {
    Call::delete(api::SESSIONS).named(session).receive_json().await
}
