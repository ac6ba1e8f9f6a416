//! What can happen to the session: everything that ever reaches the machine is one of these events.

use latchkey_shared::{InitialSession, Login, SignedIn, User, Verified};

use super::answer::{Answer, SignInAnswer, SignOutAnswer};
use super::pending_sign_out::PendingSignOut;
use super::tab_message::{SessionEnd, TabMessage};

/// Who caused a change of the route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteCause {
    /// The user: a link, the Back button. It is activity.
    User,
    /// A guard, which followed from what is known of the session. It is none.
    Guard,
}

/// What happened. Times are on the clock of `browser::now_ms`.
#[derive(Clone, Debug)]
pub enum Event {
    /// The app started, with what the server wrote into the page.
    Started {
        /// That.
        initial: Option<InitialSession>,
        /// When the page arrived, which the app may have come long after.
        received_at_ms: u64,
        /// A sign-out that an earlier page or another tab has left pending.
        pending: Option<PendingSignOut>,
    },
    /// The route changed, or was chosen again.
    RouteChanged {
        /// Who caused it.
        cause: RouteCause,
        /// Whether another page is shown now, rather than the same one again.
        leaves_page: bool,
    },
    /// A check was answered.
    Checked {
        /// The generation that asked.
        generation: u64,
        /// The answer.
        answer: Answer<Verified>,
        /// When the request was sent.
        sent_at_ms: u64,
        /// Whether the answer named another build of the app than the page's own.
        new_build: bool,
    },
    /// The user was fetched, or not.
    UserFetched {
        /// The generation that asked.
        generation: u64,
        /// The answer.
        answer: Answer<User>,
    },
    /// The user asked to sign in.
    SignInRequested(Login),
    /// The server answered that.
    SignInAnswered {
        /// The answer.
        answer: SignInAnswer,
        /// When the request was sent.
        sent_at_ms: u64,
    },
    /// The user asked to sign out.
    SignOutRequested,
    /// The server answered that.
    SignOutAnswered(SignOutAnswer),
    /// The server has not answered a sign-out for a while.
    SignOutLate,
    /// The time to ask an unreachable server again has come.
    RetryDue,
    /// The session's deadline has come, or the longest timer that a browser has.
    DeadlineDue,
    /// The browser lost the network.
    WentOffline,
    /// The browser found the network.
    WentOnline,
    /// The page is looked at again, or the machine has slept.
    Resumed,
    /// The page came out of the browser's back-forward cache, as old as it was.
    Restored,
    /// A call that a page made was answered with the end of the session that made it.
    CallEnded(SessionEnd),
    /// A call was refused, because the cookie belongs to another session than the one that made it.
    SessionChanged,
    /// A call changed the user.
    UserChanged(User),
    /// A call is made that begins a new session in the place of this one.
    ReplacementStarted,
    /// It did.
    SessionReplaced {
        /// The new session.
        signed_in: SignedIn,
        /// When the request was sent.
        sent_at_ms: u64,
    },
    /// It did not, or nobody can tell.
    ReplacementFailed {
        /// Whether nobody can tell: then a check does.
        unknown: bool,
    },
    /// A call wants a fresh proof of the password.
    ReauthRequired,
    /// Another tab told something.
    TabReported {
        /// What.
        message: TabMessage,
        /// When it was sent.
        sent_at_ms: u64,
    },
    /// The server told that a session ended, without being asked.
    EndStreamed(SessionEnd),
    /// The server told that the user has another version by now, without being asked.
    UserStreamed {
        /// The version.
        user_version: u64,
    },
    /// The end may be near enough to warn of it.
    WarningDue,
    /// The user wants to stay signed in.
    StayRequested,
    /// The user did something on the page.
    UserActive,
    /// It is time to report what the user did.
    ActivityDue,
    /// The storage of this browser holds a sign-out that the server has not confirmed.
    SignOutRemembered(PendingSignOut),
    /// The user typed something on a page that keeps it when the session ends.
    Edited,
    /// Nothing that was typed is unsaved any more.
    InputSaved,
    /// The server answered the wish to stay.
    RefreshAnswered {
        /// The answer.
        answer: SignInAnswer,
        /// When the request was sent.
        sent_at_ms: u64,
    },
    /// The user left the dialog that asks them to sign in again.
    DialogLeft,
    /// The server could not be listened to for a while: something may have been missed.
    StreamMissed,
}
