//! What a user is told about the session.

use crate::end_cause::EndCause;

/// What the person must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The session ended.
    Ended(EndCause),
    /// The sign-out did nothing, because the session is another one by now.
    SessionChanged,
    /// This browser did not keep the cookie of the session that it signed in to.
    CookieNotKept,
    /// Signed out here; the server could not be reached.
    SignOutUnconfirmed,
    /// The server confirmed that.
    SignOutConfirmed,
}
