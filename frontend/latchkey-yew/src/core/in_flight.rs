//! The requests of a tab that the server has not answered.

use latchkey_shared::{Session, SessionId, UserId};

/// A call in flight that sets or removes the cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CookieCall {
    /// A log-in.
    SignIn,
    /// A refresh that the user asked for.
    Stay,
    /// An automatic refresh, because the user is active.
    Slide,
    /// A page's request that replaces the session.
    Replacement,
    /// The sign-out of a session.
    SignOut(SessionId),
}

/// A check in flight.
#[derive(Clone, Copy, Debug)]
pub(super) struct InFlightCheck {
    pub(super) generation: u64,
    /// The activity that it reports.
    pub(super) active_at_ms: Option<u64>,
}

/// A fetch of the user.
#[derive(Clone, Debug)]
pub(super) struct Fetch {
    pub(super) user_id: UserId,
    /// The version that it must bring at least.
    pub(super) version: u64,
    /// The user's session, which becomes active with the answer.
    pub(super) session: Session,
    /// When the session was received.
    pub(super) received_at_ms: u64,
    /// How often an answer was older than `version`.
    pub(super) tries: u32,
}
