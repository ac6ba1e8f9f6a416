//! The session as a client sees it: never the token, only a public id and how long it still lives.

use serde::{Deserialize, Serialize};

use crate::{EndReason, User, UserId};

/// A session's public id. It names the session in lists and in `X-Session`; it opens nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct SessionId(pub String);

/// An instant as RFC 3339 text in UTC, written by the server. A client shows it and never compares it: the browser's
/// clock is not the server's. What a client computes with are the durations beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
#[serde(transparent)]
pub struct Timestamp(pub String);

/// An active session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Session {
    /// The public id.
    pub id: SessionId,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// The deadline, after which the session is `session-expired`.
    pub expires_at: Timestamp,
    /// Seconds from the answer to the deadline, rounded up: the session is over when they have passed.
    pub expires_in_s: u64,
    /// Seconds from the answer to the idle limit if nothing is done, rounded up; `null` without an idle limit.
    pub idle_expires_in_s: Option<u64>,
    /// The idle limit itself, in seconds; `null` without one. Unlike what is left of it, it is the same in every answer.
    pub idle_timeout_s: Option<u64>,
    /// Whether `POST /api/refresh-session` would move the deadline.
    pub refreshable: bool,
}

impl Session {
    /// A session that neither idles out nor can be refreshed.
    #[must_use]
    pub const fn new(id: SessionId, created_at: Timestamp, expires_at: Timestamp, expires_in_s: u64) -> Self {
        Self {
            id,
            created_at,
            expires_at,
            expires_in_s,
            idle_expires_in_s: None,
            idle_timeout_s: None,
            refreshable: false,
        }
    }
}

/// `GET /api/verify-session`, 200: just enough to see whether anything changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Verified {
    /// The session of the cookie.
    pub session: Session,
    /// Whose it is.
    pub user_id: UserId,
    /// The user's version; if it differs from the one that is known, fetch `GET /api/me`.
    pub user_version: u64,
}

impl Verified {
    /// The answer for a session of a user, whose version is this.
    #[must_use]
    pub const fn new(session: Session, user_id: UserId, user_version: u64) -> Self {
        Self { session, user_id, user_version }
    }
}

/// The answer to a log-in: the user and the session, so that nothing needs to be asked for afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SignedIn {
    /// Who signed in.
    pub user: User,
    /// The new session.
    pub session: Session,
}

impl SignedIn {
    /// A user with a session.
    #[must_use]
    pub const fn new(user: User, session: Session) -> Self {
        Self { user, session }
    }
}

/// `GET /api/sessions`: one of the user's active sessions, as a device to recognise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Device {
    /// The session's public id.
    pub id: SessionId,
    /// Whether it is the session that asks.
    pub current: bool,
    /// When the user signed in there.
    pub created_at: Timestamp,
    /// When the user last did something there, to the minute.
    pub last_seen_at: Timestamp,
    /// The session's deadline.
    pub expires_at: Timestamp,
    /// The address from which the user signed in.
    pub ip: Option<String>,
    /// The browser, as it names itself.
    pub user_agent: Option<String>,
}

impl Device {
    /// A device of which neither address nor browser is known.
    #[must_use]
    pub const fn new(id: SessionId, created_at: Timestamp, last_seen_at: Timestamp, expires_at: Timestamp) -> Self {
        Self { id, current: false, created_at, last_seen_at, expires_at, ip: None, user_agent: None }
    }
}

/// `DELETE /api/sessions`: how many other sessions it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EndedSessions {
    /// How many.
    pub ended: u64,
}

/// What the server writes into the page that it serves, so that the first load asks nothing. A page without it means
/// "cannot tell": the store was down, or another server served the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum InitialSession {
    /// `{user, session}`
    Active(SignedIn),
    /// `{reason}`
    Ended {
        /// Why there is no session.
        reason: EndReason,
    },
}
