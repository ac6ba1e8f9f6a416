//! What the server's answers mean for the session: three answers, never two. The only way to `Ended` is a 401 whose code
//! says why; everything that is not an answer lands in `CannotTell`, and nothing leads from there to `Ended`.

use latchkey_shared::SignedIn;

use crate::end_cause::EndCause;
use crate::view::Refusal;

/// What the server said about the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// It is active.
    Active(T),
    /// There is none, and the server said why.
    Ended(EndCause),
    /// Nothing can be concluded; users stay signed in.
    CannotTell {
        /// When the server asked to be asked again.
        retry_after_ms: Option<u64>,
        /// Whether something else than the server answered: a portal, a proxy.
        foreign: bool,
    },
}

/// How an attempt to sign in went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInAnswer {
    /// Signed in.
    Done(SignedIn),
    /// The server refused, and said why.
    Refused(Refusal),
    /// The server looks at the next attempt after this while.
    TooManyAttempts {
        /// The while.
        retry_after_ms: u64,
    },
    /// Perhaps signed in, perhaps not.
    CannotTell,
}

/// How a sign-out went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOutAnswer {
    /// Signed out.
    Done,
    /// The cookie belongs to another session than the one that was to end; nothing was done.
    SessionChanged,
    /// The server could not do it, or could not be reached: it is to be tried again.
    CannotTell,
}
