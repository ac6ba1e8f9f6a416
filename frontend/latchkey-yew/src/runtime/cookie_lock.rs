//! How the requests of the session's own, sign-in, refresh and sign-out, wait for the others that may touch the cookie.

use latchkey_shared::SessionId;

use super::api::{ApiError, SessionRequest};
use crate::browser::{Mode, hold_sign_ins, lock, lock_for_sign_in, now_ms};

/// How a call of the manager's own waits for others that may touch the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// Not at all: it leaves the cookie alone.
    Not,
    /// For all that may touch the cookie.
    ForAll,
    /// For all, and for sign-outs in flight.
    ForSignOuts,
    /// Not at all, but log-ins wait for it.
    ForNobody,
}

/// Makes a call of the manager's own, and says when it was sent.
pub(super) async fn call<T>(
    call: SessionRequest<T>,
    session: Option<SessionId>,
    waits: Waits,
) -> (Result<T, ApiError>, u64) {
    let held = match waits {
        Waits::Not => (None, None),
        Waits::ForAll => (Some(lock(Mode::Exclusive).await), None),
        Waits::ForSignOuts => {
            let (cookie, sign_outs) = lock_for_sign_in().await;
            (Some(cookie), Some(sign_outs))
        }
        Waits::ForNobody => (None, Some(hold_sign_ins())),
    };
    let sent_at_ms = now_ms();
    let answer = call.send(session.as_ref()).await;
    drop(held);
    (answer, sent_at_ms)
}
