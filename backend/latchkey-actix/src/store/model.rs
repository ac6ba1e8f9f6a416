//! What goes into a store and comes out of it.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use latchkey_shared::{SessionId, User, UserId};

use crate::domain::{session_record::TimeLimits, token::TokenHash};

/// The store did not answer, or not sensibly. It says nothing about what was asked.
#[derive(Debug, thiserror::Error)]
#[error("the store did not answer: {0}")]
pub struct StoreError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// A server turned a request away before it reached the store, because too many others are there already.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("too many requests wait for the store")]
pub struct Overloaded;

impl StoreError {
    /// Whether the store was not asked at all, because too many others are asking it.
    #[must_use]
    pub fn is_overload(&self) -> bool {
        self.0.is::<Overloaded>()
    }
}

impl Clone for StoreError {
    /// The same in words, for everybody who waited for one answer.
    fn clone(&self) -> Self {
        if self.is_overload() { Self(Overloaded.into()) } else { Self(self.0.to_string().into()) }
    }
}

/// A user with what it takes to check a password.
#[derive(Clone)]
pub struct Account {
    /// The user.
    pub user: User,
    /// Argon2id, as a PHC string.
    pub password_hash: String,
    /// Whether an operator disabled the account.
    pub disabled: bool,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("user", &self.user).field("disabled", &self.disabled).finish_non_exhaustive()
    }
}

/// A session that is to be kept.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The public handle.
    pub id: SessionId,
    /// What it is found by.
    pub token_hash: TokenHash,
    /// Whose it is.
    pub user_id: UserId,
    /// When it begins.
    pub created_at: Timestamp,
    /// Its deadline.
    pub expires_at: Timestamp,
    /// The address that it was begun from.
    pub ip: Option<String>,
    /// The browser that it was begun in, as it names itself.
    pub user_agent: Option<String>,
    /// Whether the browser keeps the cookie when it is closed.
    pub remembered: bool,
    /// The session whose cookie it takes over.
    pub replaces: Option<TokenHash>,
    /// The idle limit by which the user's other sessions are judged.
    pub idle: Option<Duration>,
}

impl NewSession {
    /// The limits that time sets to the user's other sessions when this one begins.
    #[must_use]
    pub fn limits(&self) -> TimeLimits {
        TimeLimits { now: self.created_at, idle: self.idle }
    }
}

/// What came of adding a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsertUserOutcome {
    /// The user is kept.
    Inserted,
    /// Another user has the address; nothing was done.
    EmailTaken,
}

/// A change of a password by the user's own doing.
#[derive(Clone, Copy)]
pub struct PasswordUpdate<'a> {
    /// The session that asks for it.
    pub session: &'a TokenHash,
    /// The hash of the password that was proved.
    pub current_hash: &'a str,
    /// The hash of the new one.
    pub new_hash: &'a str,
    /// The session that begins with it.
    pub new_session: &'a NewSession,
    /// The subjects whose failures are forgotten.
    pub cleared_subjects: &'a [String],
}

/// A log-in with a right password.
#[derive(Clone, Copy)]
pub struct LogIn<'a> {
    /// The session that begins.
    pub session: &'a NewSession,
    /// The hash that the password was checked against.
    pub password_hash: &'a str,
    /// Another hash of the same password that is to replace it.
    pub new_hash: Option<&'a str>,
    /// How many active sessions the user may have.
    pub limit: u32,
    /// The subjects whose failures are forgotten.
    pub cleared_subjects: &'a [String],
    /// The browser, if it is to be known from now on.
    pub device: Option<Device>,
    /// The row in the audit trail.
    pub audit: &'a AuditEvent,
}

/// A browser, by the cookie that it has from now on.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    /// What it is found by.
    pub token_hash: TokenHash,
    /// The cookie that it had before: whoever signed in with that one is known under the new one too.
    pub replaces: Option<TokenHash>,
}

/// A failed log-in.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    /// The address of the account, known or not.
    pub account: &'a str,
    /// What it is counted by.
    pub subjects: &'a [String],
    /// When it was.
    pub at: Timestamp,
    /// Failures from before this instant do not count any more.
    pub forget_before: Timestamp,
}

/// What came of keeping a new session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsertSessionOutcome {
    /// It is kept; these ended for it.
    Inserted(Vec<TokenHash>),
    /// The password was changed, or the account disabled or removed, while it was being checked; nothing was done.
    AccountChanged,
}

/// A choice of sessions.
#[derive(Clone, Copy, Debug)]
pub enum SessionSelector<'a> {
    /// The one that a token opens.
    Token(&'a TokenHash),
    /// The one with a handle, if it is a user's.
    Id {
        /// The handle.
        id: &'a SessionId,
        /// The user; `None` means whosever it is.
        user: Option<&'a UserId>,
    },
    /// All of a user's.
    All(&'a UserId),
    /// All of a user's but one.
    AllBut {
        /// The one.
        id: &'a SessionId,
        /// The user.
        user: &'a UserId,
    },
}

/// Something that happened, for the audit trail. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// When.
    pub at: Timestamp,
    /// What, as a fixed word such as `log-in`.
    pub action: &'static str,
    /// What came of it, as a fixed word such as `ok` or an error's code.
    pub outcome: &'static str,
    /// Who: the address that was given, or `operator`.
    pub actor: String,
    /// To whom, if to another.
    pub subject: Option<String>,
    /// The session that it was done in or to.
    pub session: Option<SessionId>,
    /// From which address.
    pub ip: Option<String>,
}

/// An [`AuditEvent`] as it is read back.
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
