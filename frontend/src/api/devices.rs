//! The user's sessions on all devices.

use latchkey_shared::{Device, EndedSessions, SessionId, api};
use latchkey_yew::{ApiClient, ApiError};

/// Lists the user's active sessions.
///
/// # Errors
/// Those of the request.
pub fn devices(client: &ApiClient) -> impl Future<Output = Result<Vec<Device>, ApiError>> {
    client.get(api::SESSIONS).send()
}

/// Ends another session.
///
/// # Errors
/// Those of the request.
pub fn end_device(client: &ApiClient, other: &SessionId) -> impl Future<Output = Result<(), ApiError>> {
    client.delete([api::SESSIONS, "/", &other.0].concat()).send_empty()
}

/// Ends all sessions but the current one.
///
/// # Errors
/// Those of the request.
pub fn end_other_devices(client: &ApiClient) -> impl Future<Output = Result<EndedSessions, ApiError>> {
    client.delete(api::SESSIONS).send()
}
