//! Where a user is signed in.

use latchkey_shared::{Device, EndedSessions, SessionId, api};
use latchkey_yew::{ApiClient, ApiError};

/// Lists the user's active sessions.
///
/// # Errors
/// The request's.
pub async fn devices(client: &ApiClient) -> Result<Vec<Device>, ApiError> {
    client.get(api::SESSIONS).send().await
}

/// Ends another session.
///
/// # Errors
/// The request's.
pub async fn end_device(client: &ApiClient, other: &SessionId) -> Result<(), ApiError> {
    client.delete([api::SESSIONS, "/", &other.0].concat()).send_empty().await
}

/// Ends all sessions but this one.
///
/// # Errors
/// The request's.
pub async fn end_other_devices(client: &ApiClient) -> Result<EndedSessions, ApiError> {
    client.delete(api::SESSIONS).send().await
}
