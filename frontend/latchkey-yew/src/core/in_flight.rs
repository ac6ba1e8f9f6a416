//! What a tab waits for the server to answer.

use latchkey_shared::{Session, SessionId, UserId};

/// A call in flight that sets or removes the cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CookieCall {
    /// A log-in.
    SignIn,
    /// A refresh that the user asked for.
    Stay,
    /// A refresh by itself, because the user is active.
    Slide,
    /// A page's call that begins a new session in the place of this one.
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

/// A fetch of the user: whose data it must be and how new, the session that will hold it, and when that was told.
#[derive(Clone, Debug)]
pub(super) struct Fetch {
    pub(super) user_id: UserId,
    pub(super) version: u64,
    pub(super) session: Session,
    pub(super) received_at_ms: u64,
    /// How often it has brought an older user than this.
    pub(super) tries: u32,
}
