//! What an answer of the server means for the session. There are three answers, never two: only a 401 with a known code is
//! `Ended`; an outage, a time-out or an answer from something else is `Unavailable` and never ends a session.

use latchkey_shared::SignedIn;

use crate::end_cause::EndCause;
use crate::view::Refusal;

/// The server's answer about the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// The session is active.
    Active(T),
    /// There is no active session.
    Ended(EndCause),
    /// Nothing can be concluded, so the user stays signed in.
    Unavailable {
        /// How long to wait before the next request, if the server said so.
        retry_after_ms: Option<u64>,
        /// Whether something else answered, such as a captive portal or a proxy.
        foreign: bool,
    },
}

/// The outcome of a log-in or a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInAnswer {
    /// It succeeded.
    Done(SignedIn),
    /// The server refused it.
    Refused(Refusal),
    /// The rate limit was reached.
    TooManyAttempts {
        /// How long to wait before the next attempt.
        retry_after_ms: u64,
    },
    /// There was no answer of the server; it may have succeeded or not.
    Unavailable,
}

/// The outcome of a sign-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOutAnswer {
    /// The session has ended.
    Done,
    /// Nothing was done, because the cookie belongs to another session.
    SessionChanged,
    /// The server was unreachable or could not end the session. The sign-out is retried.
    Unavailable,
}
