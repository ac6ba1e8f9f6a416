//! The state of the session as components read it: plain data, computed by the machine.

use std::rc::Rc;

use latchkey_shared::{ErrorCode, Session, User};

use crate::end_cause::EndCause;

/// The state of the session as components read it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionView {
    /// Who is signed in.
    pub(crate) session: SessionState,
    /// Whether the server answers.
    pub(crate) reachability: Reachability,
    /// The state of the last log-in.
    pub(crate) sign_in: SignIn,
    /// Whether the session must be confirmed before the page is shown, because the browser restored the page, or because the
    /// session may have been replaced. Protected pages are hidden until then.
    pub(crate) unverified: bool,
    /// Whether the user has signed out, and the server has not confirmed it in time.
    pub(crate) sign_out_unconfirmed: bool,
    /// The deadline to warn of, once it is near.
    pub(crate) expiring: Option<Deadline>,
    /// The state of the user's request to stay signed in after the warning.
    pub(crate) stay_request: StayRequest,
    /// Whether the page has unsaved input.
    pub(crate) has_unsaved_input: bool,
    /// The re-authentication dialog, while it is open.
    pub(crate) reauth: Option<Reauth>,
}

impl SessionView {
    /// Who is signed in.
    #[must_use]
    pub const fn session(&self) -> &SessionState {
        &self.session
    }

    /// Whether the server answers.
    #[must_use]
    pub const fn reachability(&self) -> Reachability {
        self.reachability
    }

    /// The state of the last log-in.
    #[must_use]
    pub const fn sign_in(&self) -> &SignIn {
        &self.sign_in
    }

    /// Whether the session must be confirmed before the page is shown, because the browser restored the page, or because the
    /// session may have been replaced. Protected pages are hidden until then.
    #[must_use]
    pub const fn unverified(&self) -> bool {
        self.unverified
    }

    /// Whether the user has signed out, and the server has not confirmed it in time.
    #[must_use]
    pub const fn sign_out_unconfirmed(&self) -> bool {
        self.sign_out_unconfirmed
    }

    /// The deadline to warn of, once it is near.
    #[must_use]
    pub const fn expiring(&self) -> Option<Deadline> {
        self.expiring
    }

    /// The state of the user's request to stay signed in after the warning.
    #[must_use]
    pub const fn stay_request(&self) -> &StayRequest {
        &self.stay_request
    }

    /// Whether the page has unsaved input.
    #[must_use]
    pub const fn has_unsaved_input(&self) -> bool {
        self.has_unsaved_input
    }

    /// The re-authentication dialog, while it is open.
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

/// Who is signed in. Only `Active` holds a user, so no data of a user outlives the session.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum SessionState {
    /// Not known yet.
    #[default]
    Unknown,
    /// Nobody is signed in, and nobody was.
    Anonymous,
    /// A user is signed in.
    Active(ActiveSession),
    /// The session ended while the user was signed in, for this cause. The user may want to continue.
    Ended(EndCause),
    /// The user signed out.
    SignedOut,
}

/// A session that the server confirmed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ActiveSession {
    /// Who is signed in.
    pub user: Rc<User>,
    /// Their session. `expires_in_s` counts from `received_at_ms`.
    pub session: Session,
    /// When `session` was received, on the clock of `browser::now_ms`.
    pub received_at_ms: u64,
}

impl ActiveSession {
    /// Seconds until the deadline, at a time on the clock of `browser::now_ms`.
    #[must_use]
    pub const fn remaining_s(&self, now_ms: u64) -> u64 {
        let passed_s = now_ms.saturating_sub(self.received_at_ms) / 1000;
        self.session.expires_in_s.saturating_sub(passed_s)
    }

    /// The session with its countdowns at that time.
    #[must_use]
    pub fn session_at(&self, now_ms: u64) -> Session {
        let passed_s = now_ms.saturating_sub(self.received_at_ms) / 1000;
        let mut session = self.session.clone();
        session.expires_in_s = self.remaining_s(now_ms);
        session.idle_expires_in_s = session.idle_expires_in_s.map(|idle_s| idle_s.saturating_sub(passed_s));
        session
    }
}

/// The nearer of a session's deadline and its idle limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadline {
    /// When, on the clock of `browser::now_ms`.
    pub at_ms: u64,
    /// Whether it is the idle limit, so that activity moves it.
    pub idle: bool,
}

/// The re-authentication dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reauth {
    /// The e-mail address of the user who is asked to sign in again.
    pub email: String,
    /// Why they are asked.
    pub purpose: ReauthPurpose,
}

/// Why a user is asked to sign in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReauthPurpose {
    /// To continue in a new session.
    Continue,
    /// To confirm an action that needs a recent re-authentication.
    Confirm,
}

/// Whether the server answers. If it does not, that says nothing about the session.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Reachability {
    /// The last request was answered, or none has failed.
    #[default]
    Reachable,
    /// The last request was not answered; the app retries.
    Unreachable {
        /// Since when, on the clock of `browser::now_ms`.
        since_ms: u64,
        /// Whether something else answers repeatedly instead of the server, such as a captive portal or a sign-on proxy. Then
        /// reloading the page may help.
        offer_reload: bool,
    },
}

/// The state of a request to stay signed in.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum StayRequest {
    /// There is none.
    #[default]
    Idle,
    /// It is in flight.
    Pending,
    /// It failed.
    Failed(Failure),
}

/// The state of a log-in.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum SignIn {
    /// There is none.
    #[default]
    Idle,
    /// It is in flight.
    Pending,
    /// It failed.
    Failed(Failure),
    /// A rate limit was reached; it ends at this time on the clock of `browser::now_ms`.
    LimitedUntil(u64),
}

/// Why a request of the user failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The server refused it.
    Refused(Refusal),
    /// The server was unreachable or unavailable.
    Unreachable,
    /// The browser did not keep the session cookie.
    CookieNotKept,
}

/// Why the server refused a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The error code.
    pub code: ErrorCode,
    /// The server's message.
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
