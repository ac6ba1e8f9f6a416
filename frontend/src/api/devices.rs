//! The user's sessions on all devices.

use latchkey_shared::{Device, EndedSessions, SessionId, api};
use latchkey_yew::{ApiClient, ApiError};

/// Lists the user's active sessions.
///
/// # Errors
/// Those of the request.
pub async fn devices(client: &ApiClient) -> Result<Vec<Device>, ApiError> {
    client.get(api::SESSIONS).send().await
}

/// Ends another session.
///
/// # Errors
/// Those of the request.
pub async fn end_device(client: &ApiClient, other: &SessionId) -> Result<(), ApiError> {
    client.delete([api::SESSIONS, "/", &other.0].concat()).send_empty().await
}

/// Ends all sessions but the current one.
///
/// # Errors
/// Those of the request.
pub async fn end_other_devices(client: &ApiClient) -> Result<EndedSessions, ApiError> {
    client.delete(api::SESSIONS).send().await
}
