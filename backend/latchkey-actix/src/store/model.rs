//! The parameters and results of the store's methods.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use latchkey_shared::{SessionId, User, UserId};

use crate::domain::{session_record::TimeLimits, token::TokenHash};

/// The store did not answer, or gave an invalid answer. It implies nothing about the data that was asked for.
#[derive(Debug, thiserror::Error)]
#[error("the store did not answer: {0}")]
pub struct StoreError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// The server rejected a request before it reached the store, because too many others are waiting for it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("too many requests are waiting for the store")]
pub struct Overloaded;

/// The store did not answer in time.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("it did not answer within {0:?}")]
pub struct NoAnswer(pub Duration);

impl StoreError {
    /// Whether it is worth trying again later: the store cannot be reached, is busy or overloaded. Otherwise somebody has to change
    /// something.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self.0.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut) => true,
            Some(sqlx::Error::Database(error)) => error.code().is_some_and(|code| is_temporary(&code)),
            _ => self.0.is::<NoAnswer>() || self.is_overload(),
        }
    }

    /// Whether the store was not asked, because too many requests are waiting for it.
    #[must_use]
    pub fn is_overload(&self) -> bool {
        self.0.is::<Overloaded>()
    }
}

/// Whether the code of a database's error stands for a state that passes. PostgreSQL's have five characters: classes 08 (connection), 53
/// (resources) and 57P (the operator intervenes), and 55P03 (lock not available). SQLite's are numbers: 5 (busy) and 6 (locked), with
/// extensions above the lowest byte.
fn is_temporary(code: &str) -> bool {
    let of_sqlite = || code.parse::<u32>().is_ok_and(|code| [5, 6].contains(&(code & 0xff)));
    if code.len() == 5 { ["08", "53", "57P", "55P03"].iter().any(|class| code.starts_with(class)) } else { of_sqlite() }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self(error.into())
    }
}

impl Clone for StoreError {
    /// Copies the message, for all callers that shared one read. Only the kind [`Overloaded`] is kept.
    fn clone(&self) -> Self {
        if self.is_overload() { Self(Overloaded.into()) } else { Self(self.0.to_string().into()) }
    }
}

/// A user with the password hash. `Debug` omits the hash.
#[derive(Clone)]
pub struct Account {
    /// The user.
    pub user: User,
    /// A hash that [`check_password_hash`](crate::check_password_hash) accepts. Anything else, usually an empty text, matches no password:
    /// the user has none yet.
    pub password_hash: String,
    /// Whether an operator disabled the account.
    pub disabled: bool,
    /// When the user was added.
    pub created_at: Timestamp,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("user", &self.user).field("disabled", &self.disabled).finish_non_exhaustive()
    }
}

/// A session to be inserted.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The public id.
    pub id: SessionId,
    /// The hash of the token.
    pub token_hash: TokenHash,
    /// The user.
    pub user_id: UserId,
    /// When the session begins.
    pub created_at: Timestamp,
    /// The deadline.
    pub expires_at: Timestamp,
    /// The client's address.
    pub ip: Option<String>,
    /// The client's `User-Agent` header.
    pub user_agent: Option<String>,
    /// Whether the browser keeps the cookie when it is closed.
    pub remembered: bool,
    /// The session that this one replaces in the browser's cookie.
    pub replaces: Option<TokenHash>,
    /// The idle limit, which decides which of the user's other sessions are active.
    pub idle: Option<Duration>,
}

impl NewSession {
    /// The limits that decide which of the user's other sessions are active when this one begins.
    #[must_use]
    pub fn limits(&self) -> TimeLimits {
        TimeLimits { now: self.created_at, idle: self.idle }
    }
}

/// The outcome of [`UserStore::insert_user`](super::UserStore::insert_user).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsertUserOutcome {
    /// The user was added.
    Inserted,
    /// Another user has the e-mail address; nothing was changed.
    EmailTaken,
}

/// The outcome of [`UserStore::set_email`](super::UserStore::set_email).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetEmailOutcome {
    /// The address was changed. The changed user, and the token hashes of the user's active sessions.
    Changed(User, Vec<TokenHash>),
    /// Another user has the e-mail address; nothing was changed.
    EmailTaken,
}

/// A one-time link with which a user sets a password.
#[derive(Clone, Copy, Debug)]
pub struct NewPasswordLink<'a> {
    /// The user.
    pub user: &'a UserId,
    /// The hash of the token in the link.
    pub token_hash: TokenHash,
    /// From when on the link cannot be used.
    pub expires_at: Timestamp,
}

/// The use of a one-time link.
#[derive(Clone, Copy)]
pub struct PasswordLinkUse<'a> {
    /// The hash of the token in the link.
    pub token_hash: &'a TokenHash,
    /// The hash of the new password.
    pub new_hash: &'a str,
    /// The subjects whose failures are forgotten, besides those of the account.
    pub cleared_subjects: &'a [String],
}

/// A change of the password on the user's own request.
#[derive(Clone, Copy)]
pub struct PasswordUpdate<'a> {
    /// The current session.
    pub session: &'a TokenHash,
    /// The hash that the current password was checked against.
    pub current_hash: &'a str,
    /// The hash of the new password.
    pub new_hash: &'a str,
    /// The session that replaces all others.
    pub new_session: &'a NewSession,
    /// The subjects whose failures are forgotten.
    pub cleared_subjects: &'a [String],
}

/// A log-in with a verified password.
#[derive(Clone, Copy)]
pub struct LogIn<'a> {
    /// The new session.
    pub session: &'a NewSession,
    /// The hash that the password was checked against.
    pub password_hash: &'a str,
    /// A new hash of the same password, which replaces `password_hash`.
    pub new_hash: Option<&'a str>,
    /// Most active sessions of the user.
    pub limit: u32,
    /// The subjects whose failures are forgotten.
    pub cleared_subjects: &'a [String],
    /// The device to be remembered, if any.
    pub device: Option<Device>,
    /// The event for the audit trail.
    pub audit: &'a AuditEvent,
}

/// A browser in which a user has logged in, by its new device cookie.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    /// The hash of the token in the device cookie.
    pub token_hash: TokenHash,
    /// The device cookie that this one replaces; its users are copied to the new one.
    pub replaces: Option<TokenHash>,
}

/// A failed log-in.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    /// The e-mail address of the account, whether or not there is one.
    pub account: &'a str,
    /// The subjects that the failure is counted for.
    pub subjects: &'a [String],
    /// When it happened.
    pub at: Timestamp,
    /// Failures before this instant are not counted any more.
    pub forget_before: Timestamp,
}

/// The outcome of [`SessionStore::insert_session`](super::SessionStore::insert_session).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsertSessionOutcome {
    /// The session was inserted. The token hashes are of the sessions that ended for it.
    Inserted(Vec<TokenHash>),
    /// The password hash was replaced, or the account disabled or deleted, since the check; nothing was changed.
    AccountChanged,
}

/// Which sessions to end.
#[derive(Clone, Copy, Debug)]
pub enum SessionSelector<'a> {
    /// The session with this token hash.
    Token(&'a TokenHash),
    /// The session with a public id, optionally only if it is a given user's.
    Id {
        /// The public id.
        id: &'a SessionId,
        /// The user; `None` means any user.
        user: Option<&'a UserId>,
    },
    /// All sessions of a user.
    All(&'a UserId),
    /// All sessions of a user except one.
    AllBut {
        /// The session that is kept.
        id: &'a SessionId,
        /// The user.
        user: &'a UserId,
    },
}

/// An event for the audit trail. It contains no secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// When it happened.
    pub at: Timestamp,
    /// The action, such as `log-in`.
    pub action: &'static str,
    /// The outcome: `ok` or an error's code.
    pub outcome: &'static str,
    /// Who acted: the e-mail address as it was given, or `operator`.
    pub actor: String,
    /// The e-mail address of the affected user, if that is not the actor.
    pub subject: Option<String>,
    /// The session that it happened in or to.
    pub session: Option<SessionId>,
    /// The client's address.
    pub ip: Option<String>,
}

/// An [`AuditEvent`] as it is read from the store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of AuditEvent")]
pub struct AuditEntry {
    pub at: Timestamp,
    pub action: String,
    pub outcome: String,
    pub actor: String,
    pub subject: Option<String>,
    pub session: Option<SessionId>,
    pub ip: Option<String>,
}
