//! The machine's vocabulary: what can happen, and what it may ask for. Everything that ever reaches the session passes
//! through these two lists.

use latchkey_shared::{InitialSession, Login, SessionId, SignedIn, User, Verified};

use super::answer::{Answer, SignInAnswer, SignOutAnswer};
use super::news::{End, News};
use super::notice::Notice;

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The app started, with what the server wrote into the page.
    Started(Option<InitialSession>),
    /// The person went to a page, or to the same one again.
    RouteChanged,
    /// The route that is left was one of another page: what was typed there is gone.
    PageLeft,
    /// A check was answered.
    Checked {
        /// The generation that asked.
        generation: u64,
        /// The answer.
        answer: Answer<Verified>,
    },
    /// The user was fetched, or not.
    UserFetched {
        /// The generation that asked.
        generation: u64,
        /// The answer.
        answer: Answer<User>,
    },
    /// The person asked to sign in.
    SignInAsked(Login),
    /// The server answered that.
    SignInAnswered(SignInAnswer),
    /// The person asked to sign out.
    SignOutAsked,
    /// The server answered that.
    SignOutAnswered(SignOutAnswer),
    /// The time to ask an unreachable server again has come.
    RetryDue,
    /// The session's deadline has come, or the longest timer that a browser has.
    DeadlineDue,
    /// The browser lost the network.
    WentOffline,
    /// The browser found the network.
    WentOnline,
    /// The page is looked at again; the machine may have slept.
    Resumed,
    /// The page came out of the browser's back-forward cache, as old as it was.
    Restored,
    /// A call that a page made was answered with the end of the session that made it.
    CallEnded(End),
    /// A call was refused, because the cookie belongs to another session than the one that made it.
    SessionChanged,
    /// A call changed the user.
    UserChanged(User),
    /// A call is made that begins a new session in the place of this one.
    ReplacementAsked,
    /// It did.
    SessionReplaced(SignedIn),
    /// It did not, or nobody can tell.
    ReplacementFailed,
    /// A call wants a fresh proof of the password.
    ProofAsked,
    /// Another tab told something.
    Told(News),
    /// The server told that a session ended, without being asked.
    EndStreamed(End),
    /// The server told that the user has another version by now, without being asked.
    UserStreamed {
        /// The version.
        user_version: u64,
    },
    /// The end may be near enough to warn of it.
    WarningDue,
    /// The person wants to stay signed in.
    StayAsked,
    /// The person did something on the page.
    Acted,
    /// The person signed out before, and the server has not confirmed it.
    SignOutRemembered(SessionId),
    /// The person typed something on a page that keeps it when the session ends.
    Edited,
    /// Nothing that was typed is unsaved any more.
    InputSaved,
    /// The server answered the wish to stay.
    RefreshAnswered(SignInAnswer),
    /// The person left the dialog that asks them to sign in again.
    DialogLeft,
    /// The server could not be listened to for a while: something may have been missed.
    StreamMissed,
}

/// What the machine asks for.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask the server whether the session is active.
    Check {
        /// To be handed back with the answer.
        generation: u64,
        /// Whether a person's doing is behind it.
        activity: bool,
    },
    /// Ask the server for the user.
    FetchUser {
        /// To be handed back with the answer.
        generation: u64,
    },
    /// Send e-mail and password.
    SignIn(Login),
    /// Move this session's deadline; answered like a sign-in.
    Refresh(SessionId),
    /// End this session.
    SignOut(SessionId),
    /// Tell the person; the notice before is out of date.
    Notify(Notice),
    /// Take the last notice back.
    Withdraw,
    /// Tell the other tabs.
    Tell(News),
    /// Send [`Event::RetryDue`] after a while. Replaces the timer before.
    ScheduleRetry {
        /// The while.
        after_ms: u64,
    },
    /// Send [`Event::WarningDue`] after a while. Replaces the timer before.
    ScheduleWarning {
        /// The while.
        after_ms: u64,
    },
    /// Send [`Event::DeadlineDue`] after a while. Replaces the timer before.
    ScheduleDeadline {
        /// The while.
        after_ms: u64,
    },
}
