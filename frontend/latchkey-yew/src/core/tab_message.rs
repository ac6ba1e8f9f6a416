//! What the tabs of a browser tell each other: what one of them found out, whole, so that the others need not ask.

use latchkey_shared::{EndReason, SessionId, SignedIn, Verified};

use super::pending_sign_out::PendingSignOut;
use crate::end_cause::EndCause;

/// What a tab tells the others about the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabMessage {
    /// A user signed in, or changed, or may stay longer.
    Active(SignedIn),
    /// The server confirmed the session after the user did something: its limits have moved.
    Confirmed(Verified),
    /// A session ended.
    Ended(SessionEnd),
    /// The user signed out, and the server has not confirmed it yet.
    SignOutPending(PendingSignOut),
    /// The server confirmed that, or another session has taken the place of that one.
    SignOutDone(SessionId),
}

/// The end of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionEnd {
    /// Which session. Another one goes on.
    pub session: SessionId,
    /// Why.
    pub cause: EndCause,
}

impl SessionEnd {
    /// The end of a session for one of the known reasons.
    #[must_use]
    pub fn new(session: SessionId, reason: EndReason) -> Self {
        Self { session, cause: reason.into() }
    }
}
