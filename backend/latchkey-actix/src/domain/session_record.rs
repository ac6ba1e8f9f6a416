//! The stored form of a session, and the time limits that decide whether it is active.

use std::time::Duration;

use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, User};

/// A session as the store returns it, with its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// The public id; never the token.
    pub id: SessionId,
    /// The user, as of the read.
    pub user: User,
    /// When the session began, which is when the password was last given: re-authentication starts a new session.
    pub created_at: Timestamp,
    /// The deadline.
    pub expires_at: Timestamp,
    /// When the user was last active; activity within a minute may be missing, because it is written at most that often.
    pub last_seen_at: Timestamp,
    /// The client's address at log-in.
    pub ip: Option<String>,
    /// The `User-Agent` header at log-in.
    pub user_agent: Option<String>,
    /// Whether the browser keeps the cookie when it is closed.
    pub remembered: bool,
    /// Why the session has ended; `None` if no end has been written.
    pub ended: Option<EndReason>,
}

/// What decides whether a session is active, and what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTimes {
    /// [`SessionRecord::created_at`].
    pub created_at: Timestamp,
    /// [`SessionRecord::expires_at`].
    pub expires_at: Timestamp,
    /// [`SessionRecord::last_seen_at`].
    pub last_seen_at: Timestamp,
    /// [`SessionRecord::remembered`].
    pub remembered: bool,
    /// [`SessionRecord::ended`].
    pub ended: Option<EndReason>,
}

impl SessionRecord {
    /// What decides whether the session is active.
    #[must_use]
    pub fn times(&self) -> SessionTimes {
        let Self { created_at, expires_at, last_seen_at, remembered, ended, .. } = *self;
        SessionTimes { created_at, expires_at, last_seen_at, remembered, ended }
    }
}

/// The limits that separate active sessions from overdue ones at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimits {
    /// The current instant; a session with `expires_at <= now` has expired.
    pub now: Timestamp,
    /// Longest time without activity before a session ends; `None` means no limit.
    pub idle: Option<Duration>,
}

impl From<Timestamp> for TimeLimits {
    /// The limits at an instant, without an idle limit.
    fn from(now: Timestamp) -> Self {
        Self { now, idle: None }
    }
}
