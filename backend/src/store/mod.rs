//! What is kept: users, sessions, failed log-ins and the audit trail. The traits say what a store must do, `contract`
//! tests it, one folder a database does it. A store knows nothing of cookies, clear tokens or status codes.

pub mod records;

pub mod sqlite;

mod decorate;
pub mod measured;

#[cfg(test)]
mod contract;

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, User, UserId};

pub use records::{
    Account, Admission, Attempts, AuditEntry, AuditEvent, Changes, Insertion, NewSession, OwnChange, Position,
    SessionRecord, StoreError, TokenHash, Which,
};

/// How many changes of sessions a store remembers for readers that follow them.
pub const CHANGES_KEPT: i64 = 10_000;

/// Everything a server needs of its store.
pub trait Store: UserStore + SessionStore + AttemptStore + AuditStore {}

impl<T: UserStore + SessionStore + AttemptStore + AuditStore> Store for T {}

/// Users and their passwords. Every change raises the user's version.
#[async_trait]
pub trait UserStore: Send + Sync + 'static {
    /// Adds a user.
    async fn insert_user(&self, account: &Account, now: Timestamp) -> Result<Insertion, StoreError>;

    /// The account with an address, which must be in lower case.
    async fn account(&self, email: &str) -> Result<Option<Account>, StoreError>;

    /// Every account, by address.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;

    /// Changes a user's name, and returns the user as it is then.
    async fn rename_user(&self, user: &UserId, name: &str) -> Result<User, StoreError>;

    /// Changes a user's password, and ends all of the user's sessions as `password-changed`.
    async fn set_password(&self, user: &UserId, hash: &str, now: Timestamp) -> Result<Vec<TokenHash>, StoreError>;

    /// Changes a user's password by the user's own doing: all sessions end as `password-changed`, and the next one
    /// begins. Returns the user as it is then, and the sessions that ended; `None`, and nothing is done, if the session
    /// that asks is not active any more, or the password another one than was proved.
    async fn change_password(
        &self,
        change: &OwnChange<'_>,
        now: Timestamp,
    ) -> Result<Option<(User, Vec<TokenHash>)>, StoreError>;

    /// Replaces a hash by another one of the same password; nothing if it has been replaced meanwhile.
    async fn rehash_password(&self, user: &UserId, old: &str, new: &str) -> Result<(), StoreError>;

    /// Disables an account, and ends all of its sessions as `account-disabled`; or enables it.
    async fn set_disabled(&self, user: &UserId, disabled: bool, now: Timestamp) -> Result<Vec<TokenHash>, StoreError>;
}

/// Sessions to look at: what a reader needs that remembers them.
#[async_trait]
pub trait SessionSource: Send + Sync + 'static {
    /// The session that a token opens, ended ones included.
    async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError>;

    /// The current end of the sequence of changes.
    async fn position(&self) -> Result<Position, StoreError>;

    /// What changed after a position, whoever changed it, this process or another.
    async fn changes_since(&self, position: Position) -> Result<Changes, StoreError>;
}

/// Sessions. One is inserted once, and only ever changed while it has not ended: nothing brings one back. "Active"
/// below means neither ended nor past its deadline.
#[async_trait]
pub trait SessionStore: SessionSource {
    /// Keeps a new session, if its user still has the password that was checked and may sign in. The session that it
    /// replaces ends as `signed-out`; of the user's active sessions beyond `limit`, the oldest end as
    /// `session-revoked`.
    async fn insert_session(
        &self,
        session: &NewSession,
        password_hash: &str,
        limit: u32,
    ) -> Result<Admission, StoreError>;

    /// The active sessions of a user, the latest first; of all users, if none is named.
    async fn sessions(&self, user: Option<&UserId>, now: Timestamp) -> Result<Vec<SessionRecord>, StoreError>;

    /// How many active sessions there are.
    async fn count_sessions(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Ends active sessions, and says which there were: the first reason stands.
    async fn end_sessions(
        &self,
        which: Which<'_>,
        reason: EndReason,
        now: Timestamp,
    ) -> Result<Vec<TokenHash>, StoreError>;

    /// Notes that a person did something in an active session.
    async fn touch_session(&self, token: &TokenHash, now: Timestamp) -> Result<(), StoreError>;

    /// Moves the deadline of an active session, and notes that a person did something; says whether it was active.
    async fn extend_session(
        &self,
        token: &TokenHash,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Deletes at most `limit` sessions that ended or expired before an instant, and says how many.
    async fn sweep_sessions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// Asks the store for a sign of life.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// Failed log-ins, by what was tried.
#[async_trait]
pub trait AttemptStore: Send + Sync + 'static {
    /// The failures of a subject.
    async fn attempts(&self, subject: &str) -> Result<Option<Attempts>, StoreError>;

    /// Replaces the failures of a subject, unless somebody else has meanwhile; says whether it did.
    async fn replace_attempts(&self, subject: &str, old: Option<Attempts>, new: Attempts) -> Result<bool, StoreError>;

    /// Forgets the failures of a subject.
    async fn clear_attempts(&self, subject: &str) -> Result<(), StoreError>;

    /// Deletes at most `limit` failures from before an instant, and says how many.
    async fn sweep_attempts(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

/// The audit trail.
#[async_trait]
pub trait AuditStore: Send + Sync + 'static {
    /// Adds an event.
    async fn record(&self, event: &AuditEvent) -> Result<(), StoreError>;

    /// The events since an instant, oldest first, at most `limit` of the latest.
    async fn audit(&self, since: Timestamp, limit: u32) -> Result<Vec<AuditEntry>, StoreError>;

    /// Deletes at most `limit` events from before an instant, and says how many.
    async fn sweep_audit(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

impl Which<'_> {
    /// The session with a handle, whosever it is.
    #[must_use]
    pub fn id(id: &SessionId) -> Which<'_> {
        Which::Id { id, of: None }
    }
}
