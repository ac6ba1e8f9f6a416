//! What the app knows about the session. Plain data: the machine computes it, the store shows it, pages read it.

use std::rc::Rc;

use latchkey_shared::{ErrorCode, Session, User};

use crate::end_cause::EndCause;

/// Everything about the session that a component may want to know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionView {
    /// Who is signed in, if anybody.
    pub(crate) session: SessionState,
    /// Whether the server answers.
    pub(crate) reachability: Reachability,
    /// How the current attempt to sign in fares.
    pub(crate) sign_in: SignIn,
    /// Whether the page may be out of date (the browser kept it, or the session's end was streamed): it is hidden until the
    /// server confirms the session.
    pub(crate) unverified: bool,
    /// Whether the user has signed out of a session whose end the server has not confirmed in time.
    pub(crate) sign_out_unconfirmed: bool,
    /// The end of the session, once it is near.
    pub(crate) expiring: Option<Deadline>,
    /// The user's wish to stay, after they were warned.
    pub(crate) stay_request: StayRequest,
    /// Whether the user typed something here that would be lost with the page.
    pub(crate) has_unsaved_input: bool,
    /// Whom the dialog over the page asks to sign in again, while it is open.
    pub(crate) reauth: Option<Reauth>,
}

impl SessionView {
    /// Who is signed in, if anybody.
    #[must_use]
    pub const fn session(&self) -> &SessionState {
        &self.session
    }

    /// Whether the server answers.
    #[must_use]
    pub const fn reachability(&self) -> Reachability {
        self.reachability
    }

    /// How the current attempt to sign in fares.
    #[must_use]
    pub const fn sign_in(&self) -> &SignIn {
        &self.sign_in
    }

    /// Whether the page may be out of date (the browser kept it, or the session's end was streamed): it is hidden until the
    /// server confirms the session.
    #[must_use]
    pub const fn unverified(&self) -> bool {
        self.unverified
    }

    /// Whether the user has signed out of a session whose end the server has not confirmed in time.
    #[must_use]
    pub const fn sign_out_unconfirmed(&self) -> bool {
        self.sign_out_unconfirmed
    }

    /// The end of the session, once it is near.
    #[must_use]
    pub const fn expiring(&self) -> Option<Deadline> {
        self.expiring
    }

    /// The user's wish to stay, after they were warned.
    #[must_use]
    pub const fn stay_request(&self) -> &StayRequest {
        &self.stay_request
    }

    /// Whether the user typed something here that would be lost with the page.
    #[must_use]
    pub const fn has_unsaved_input(&self) -> bool {
        self.has_unsaved_input
    }

    /// Whom the dialog over the page asks to sign in again, while it is open.
    #[must_use]
    pub const fn reauth(&self) -> Option<&Reauth> {
        self.reauth.as_ref()
    }

    /// The active session, if there is one.
    #[must_use]
    pub const fn active(&self) -> Option<&ActiveSession> {
        self.session.active()
    }

    /// The user of the active session, if there is one.
    #[must_use]
    pub fn user(&self) -> Option<&Rc<User>> {
        self.session.user()
    }
}

/// Who is signed in. Only `Active` holds a user: when a session ends, its data is gone with it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum SessionState {
    /// Not known yet; nothing may be assumed.
    #[default]
    Unknown,
    /// Nobody, and nobody was.
    Anonymous,
    /// Somebody.
    Active(ActiveSession),
    /// Nobody any more, and why. It came as news; the person may want to go on where they were.
    Ended(EndCause),
    /// Nobody any more, by the user's own doing in this tab.
    SignedOut,
}

/// A session that the server confirmed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ActiveSession {
    /// Who is signed in.
    pub user: Rc<User>,
    /// Their session. `expires_in_s` counts from `received_at_ms`; the machine keeps the deadline.
    pub session: Session,
    /// When the answer came that first showed this session, on the clock of `browser::now_ms`.
    pub received_at_ms: u64,
}

impl ActiveSession {
    /// Seconds that are left of it at a time on the clock of `browser::now_ms`.
    #[must_use]
    pub const fn left_s(&self, now_ms: u64) -> u64 {
        let passed_s = now_ms.saturating_sub(self.received_at_ms) / 1000;
        self.session.expires_in_s.saturating_sub(passed_s)
    }

    /// The session as the server would tell it at that time.
    #[must_use]
    pub fn session_at(&self, now_ms: u64) -> Session {
        let passed_s = now_ms.saturating_sub(self.received_at_ms) / 1000;
        let mut session = self.session.clone();
        session.expires_in_s = self.left_s(now_ms);
        session.idle_expires_in_s = session.idle_expires_in_s.map(|idle_s| idle_s.saturating_sub(passed_s));
        session
    }
}

/// The end of a session that nobody has prolonged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadline {
    /// When, on the clock of `browser::now_ms`.
    pub at_ms: u64,
    /// Whether it is for having done nothing, so that doing something is enough to go on.
    pub idle: bool,
}

/// Whom the dialog over the page asks to sign in again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reauth {
    /// The address that they sign in with.
    pub email: String,
    /// What it is for.
    pub purpose: ReauthPurpose,
}

/// What a user is asked to sign in again for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReauthPurpose {
    /// To go on in a new session.
    Continue,
    /// To confirm that it is still them, because they want something that needs a fresh proof of the password.
    Confirm,
}

/// Whether the server answers. It not answering says nothing about the session.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Reachability {
    /// It does, as far as we know.
    #[default]
    Reachable,
    /// It does not; the app keeps asking.
    Unreachable {
        /// Since when, on the clock of `browser::now_ms`.
        since_ms: u64,
        /// Whether something else has answered in its place for so long that loading the page anew may be what it takes:
        /// a sign-on proxy whose own session has expired, a captive portal.
        offer_reload: bool,
    },
}

/// The wish to stay signed in.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum StayRequest {
    /// None.
    #[default]
    Idle,
    /// The server is being asked.
    Pending,
    /// It could not be granted.
    Failed(Failure),
}

/// An attempt to sign in.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum SignIn {
    /// None.
    #[default]
    Idle,
    /// Under way.
    Pending,
    /// It failed.
    Failed(Failure),
    /// Failed too often; the server looks at the next attempt from this time on, on the clock of `browser::now_ms`.
    LimitedUntil(u64),
}

/// Why something that the user asked for did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The server refused.
    Refused(Refusal),
    /// The server could not be reached, or could not do it right now.
    Unreachable,
    /// This browser did not keep the cookie of the session that it had signed in to.
    CookieNotKept,
}

/// What the server refused something with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The reason, for programs.
    pub code: ErrorCode,
    /// The reason in the server's words.
    pub detail: String,
}

impl SessionState {
    /// The active session, if there is one.
    #[must_use]
    pub const fn active(&self) -> Option<&ActiveSession> {
        match self {
            Self::Active(active) => Some(active),
            Self::Unknown | Self::Anonymous | Self::Ended(_) | Self::SignedOut => None,
        }
    }

    /// The user of the active session.
    #[must_use]
    pub fn user(&self) -> Option<&Rc<User>> {
        self.active().map(|active| &active.user)
    }
}
