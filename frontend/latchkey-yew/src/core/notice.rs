//! Notices about the session, which the runtime shows as toasts.

use crate::end_cause::EndCause;

/// Something that the user must know about the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The session ended.
    Ended(EndCause),
    /// The sign-out did nothing, because another session is active.
    SessionChanged,
    /// The browser did not keep the session cookie.
    CookieNotKept,
    /// The user is signed out in this browser; the server has not confirmed it.
    SignOutUnconfirmed,
    /// The server has confirmed the sign-out.
    SignOutConfirmed,
}
