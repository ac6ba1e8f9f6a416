//! Messages between the tabs of a browser. Each carries everything that the other tabs need, so that they send no request.

use latchkey_shared::{EndReason, SessionId, SignedIn, Verified};

use super::pending_sign_out::PendingSignOut;
use crate::end_cause::EndCause;

/// A message about the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabMessage {
    /// A user signed in or changed, or the deadline moved.
    Active(SignedIn),
    /// The server confirmed the session after activity, which moved the idle limit.
    Confirmed(Verified),
    /// A session ended.
    Ended(SessionEnd),
    /// The user signed out; the server has not confirmed it yet.
    SignOutPending(PendingSignOut),
    /// The server confirmed the sign-out, or the session has been replaced.
    SignOutDone(SessionId),
}

/// The end of one particular session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionEnd {
    /// The session that ended.
    pub session: SessionId,
    /// Why it ended.
    pub cause: EndCause,
}

impl SessionEnd {
    /// The end of a session for a known reason.
    #[must_use]
    pub fn new(session: SessionId, reason: EndReason) -> Self {
        Self { session, cause: reason.into() }
    }
}
