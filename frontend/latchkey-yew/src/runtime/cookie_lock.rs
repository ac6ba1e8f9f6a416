//! Sends the manager's own requests (check, log-in, refresh, sign-out, fetch of the user) under the lock on the session cookie.

use latchkey_shared::SessionId;

use super::api::{ApiError, ApiResponse, RequestParts};
use crate::browser::{LockMode, delay_sign_ins, lock, lock_for_sign_in, now_ms};

/// Which locks a request takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LockPolicy {
    /// None: the request leaves the cookie alone.
    Unlocked,
    /// The cookie's lock, shared with other requests of this kind.
    Shared,
    /// The cookie's lock, alone.
    Exclusive,
    /// The cookie's lock, alone, once no sign-out is in flight.
    ExclusiveAfterSignOuts,
    /// None, but log-ins wait for the request.
    DelaySignIns,
}

/// Sends a request under a lock policy. Returns the result, and when the request was sent.
pub(super) async fn send_locked(
    request: &RequestParts,
    session: Option<&SessionId>,
    policy: LockPolicy,
) -> (Result<ApiResponse, ApiError>, u64) {
    let held = match policy {
        LockPolicy::Unlocked => (None, None),
        LockPolicy::Shared => (Some(lock(LockMode::Shared).await), None),
        LockPolicy::Exclusive => (Some(lock(LockMode::Exclusive).await), None),
        LockPolicy::ExclusiveAfterSignOuts => {
            let (cookie, sign_outs) = lock_for_sign_in().await;
            (Some(cookie), Some(sign_outs))
        }
        LockPolicy::DelaySignIns => (None, Some(delay_sign_ins())),
    };
    let sent_at_ms = now_ms();
    let answer = request.send(session).await;
    drop(held);
    (answer, sent_at_ms)
}
