//! The machine's only input.

use latchkey_shared::{InitialSession, Login, SignedIn, User, Verified};

use super::answer::{Answer, SignInAnswer, SignOutAnswer};
use super::pending_sign_out::PendingSignOut;
use super::tab_message::{SessionEnd, TabMessage};

/// What caused a change of the route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteCause {
    /// The user: a link, the Back button. It counts as activity.
    User,
    /// A guard's redirect, which is not activity.
    Guard,
}

/// Something that happened in the browser, in another tab or on the server. Times are on the clock of `browser::now_ms`.
#[derive(Clone, Debug)]
pub enum Event {
    /// The app started.
    Started {
        /// What the server embedded in the page.
        initial: Option<InitialSession>,
        /// When the page arrived, possibly long before the app started.
        received_at_ms: u64,
        /// A pending sign-out of an earlier page or another tab, from the browser's storage.
        pending: Option<PendingSignOut>,
    },
    /// The route changed, or the current one was chosen again.
    RouteChanged {
        /// What caused it.
        cause: RouteCause,
        /// Whether another page is shown than before.
        leaves_page: bool,
    },
    /// A check was answered.
    Checked {
        /// The generation in which it was sent.
        generation: u64,
        /// The answer.
        answer: Answer<Verified>,
        /// When the request was sent.
        sent_at_ms: u64,
        /// Whether the answer named another build of the app than this page's.
        new_build: bool,
    },
    /// A fetch of the user was answered.
    UserFetched {
        /// The generation in which it was sent.
        generation: u64,
        /// The answer.
        answer: Answer<User>,
    },
    /// The user asked to sign in.
    SignInRequested(Login),
    /// A log-in was answered.
    SignInAnswered {
        /// The answer.
        answer: SignInAnswer,
        /// When the request was sent.
        sent_at_ms: u64,
    },
    /// The user asked to sign out.
    SignOutRequested,
    /// A sign-out was answered.
    SignOutAnswered(SignOutAnswer),
    /// [`Alarm::SignOutLate`](super::effect::Alarm::SignOutLate) fired: the server has not confirmed a sign-out in time.
    SignOutLate,
    /// [`Alarm::Retry`](super::effect::Alarm::Retry) fired.
    RetryDue,
    /// [`Alarm::Deadline`](super::effect::Alarm::Deadline) fired; early, if the deadline lies beyond a browser's longest timer.
    DeadlineDue,
    /// The browser lost the network.
    WentOffline,
    /// The browser found the network.
    WentOnline,
    /// The page became visible, or the computer woke up.
    Resumed,
    /// The tab leaves the page, which the browser may keep in its back-forward cache.
    Left,
    /// The browser restored the page from its back-forward cache.
    Restored,
    /// A page's request was answered with the end of the session that it was sent in.
    SessionEndFound(SessionEnd),
    /// A page's request was refused, because the cookie belongs to another session by now.
    SessionChanged,
    /// A page's request changed the user.
    UserChanged(User),
    /// A page sends a request that replaces the session, such as a change of the password.
    ReplacementStarted,
    /// That request succeeded.
    SessionReplaced {
        /// The new session.
        signed_in: SignedIn,
        /// When the request was sent.
        sent_at_ms: u64,
    },
    /// That request failed, or its outcome is unknown.
    ReplacementFailed {
        /// Whether the session may have been replaced nevertheless.
        outcome_unknown: bool,
    },
    /// A page's request needs a recent re-authentication.
    ReauthRequired,
    /// Another tab sent a message.
    TabReported {
        /// The message.
        message: TabMessage,
        /// When it was sent.
        sent_at_ms: u64,
    },
    /// The server's event stream reported the end of a session.
    EndStreamed(SessionEnd),
    /// The server's event stream reported a change of the user.
    UserStreamed {
        /// The user's new version.
        user_version: u64,
    },
    /// [`Alarm::Warning`](super::effect::Alarm::Warning) fired.
    WarningDue,
    /// The user asked to stay signed in.
    StayRequested,
    /// The user did something on the page.
    UserActive,
    /// [`Alarm::Activity`](super::effect::Alarm::Activity) fired.
    ActivityDue,
    /// The browser's storage holds a pending sign-out of another tab.
    StoredSignOutFound(PendingSignOut),
    /// The user typed something on a page that keeps its input when the session ends.
    Edited,
    /// The page has no unsaved input any more.
    InputSaved,
    /// A refresh was answered.
    RefreshAnswered {
        /// The answer.
        answer: SignInAnswer,
        /// When the request was sent.
        sent_at_ms: u64,
    },
    /// The user closed the dialog that asks them to sign in again.
    ReauthDismissed,
    /// The event stream was refused or lost: the session's end may be the cause.
    StreamLost,
    /// Events of the stream may have been missed, and the server answers.
    StreamInterrupted,
}
