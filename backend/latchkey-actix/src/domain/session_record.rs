//! A session as it is kept, and the limits that time sets to it.

use std::time::Duration;

use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, User};

/// A session as it is kept, with its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// The public handle.
    pub id: SessionId,
    /// Whose it is, as of now.
    pub user: User,
    /// When it began, which is when the password was last proved: a new proof is a new session.
    pub created_at: Timestamp,
    /// Its deadline.
    pub expires_at: Timestamp,
    /// When a person last did something in it, to the precision of the writes.
    pub last_seen_at: Timestamp,
    /// The address that it was begun from.
    pub ip: Option<String>,
    /// The browser that it was begun in.
    pub user_agent: Option<String>,
    /// Whether the browser keeps the cookie when it is closed.
    pub remembered: bool,
    /// Why it has ended, if an end has been written.
    pub ended: Option<EndReason>,
}

/// The limits that time sets to sessions at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimits {
    /// The instant: a session whose `expires_at` is not after it has expired.
    pub now: Timestamp,
    /// How long nothing may be done in a session; `None` means for ever.
    pub idle: Option<Duration>,
}

impl From<Timestamp> for TimeLimits {
    /// Without an idle limit.
    fn from(now: Timestamp) -> Self {
        Self { now, idle: None }
    }
}
