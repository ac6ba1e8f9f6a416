//! What is kept: users, sessions, failed log-ins and the audit trail. The traits say what a store must do, `contract`
//! tests it, one folder a database does it. A store knows nothing of cookies, clear tokens or status codes.

pub mod change_feed;
pub mod model;

pub mod sqlite;

mod decorate;
pub mod measured;

#[cfg(test)]
mod contract;

use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, User, UserId};

/// What implementations of the traits are marked with.
pub use async_trait::async_trait;

pub use crate::domain::{
    session_record::{SessionRecord, TimeLimits},
    throttle::Attempts,
    token::TokenHash,
};
pub use model::{
    Account, AuditEntry, AuditEvent, Device, Failure, InsertSessionOutcome, InsertUserOutcome, LogIn, NewSession,
    Overloaded, PasswordUpdate, SessionSelector, StoreError,
};

pub use change_feed::{Batch, ChangeFeed, Changed};

/// Everything a server needs of its store.
pub trait Store: UserStore + SessionStore + AttemptStore + DeviceStore + AuditStore {}

impl<T: UserStore + SessionStore + AttemptStore + DeviceStore + AuditStore> Store for T {}

/// Users and their passwords. Every change raises the user's version. What is done stands in the audit trail: both are written, or
/// neither is.
#[async_trait]
pub trait UserStore: Send + Sync + 'static {
    /// Adds a user, for whose address failed log-ins are forgotten.
    async fn insert_user(&self, account: &Account, audit: &AuditEvent) -> Result<InsertUserOutcome, StoreError>;

    /// The account with an address, in the very spelling in which it is kept.
    async fn account(&self, email: &str) -> Result<Option<Account>, StoreError>;

    /// Every account, by address.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;

    /// Changes a user's name, and returns the user as it is then and the active sessions that show it.
    async fn rename_user(
        &self,
        user: &UserId,
        name: &str,
        audit: &AuditEvent,
    ) -> Result<(User, Vec<TokenHash>), StoreError>;

    /// Deletes a user with all sessions, and returns those that were active.
    async fn delete_user(&self, user: &UserId, audit: &AuditEvent) -> Result<Vec<TokenHash>, StoreError>;

    /// Changes a user's password, ends all of the user's sessions as `password-changed` and forgets failed log-ins.
    async fn set_password(&self, user: &UserId, hash: &str, audit: &AuditEvent) -> Result<Vec<TokenHash>, StoreError>;

    /// Changes a user's password by the user's own doing: all sessions end as `password-changed`, and the next one
    /// begins. Returns the user as it is then, and the sessions that ended; `None`, and nothing is done, if the session
    /// that asks is not active any more, or the password another one than was proved.
    async fn change_password(
        &self,
        change: &PasswordUpdate<'_>,
        audit: &AuditEvent,
    ) -> Result<Option<(User, Vec<TokenHash>)>, StoreError>;

    /// Disables an account, and ends all of its sessions as `account-disabled`; or enables it, and forgets failed log-ins.
    async fn set_disabled(
        &self,
        user: &UserId,
        disabled: bool,
        audit: &AuditEvent,
    ) -> Result<Vec<TokenHash>, StoreError>;
}

/// What a reader that remembers sessions needs.
#[async_trait]
pub trait SessionSource: Send + Sync + 'static {
    /// The session that a token opens, ended ones included.
    async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError>;

    /// Opens a feed of all changes from now on, whoever makes them, this process or another.
    async fn feed(&self) -> Result<Box<dyn ChangeFeed>, StoreError>;
}

/// Sessions. One is inserted once, and only ever changed while it has not ended: nothing brings one back. "Active" below
/// means neither ended nor past its deadline. Whatever ends sessions also writes the ends by time that it finds.
#[async_trait]
pub trait SessionStore: SessionSource {
    /// Keeps a new session, if its user still has the password that was checked and may sign in. The session that it
    /// replaces ends as `signed-out`; of the user's other active sessions beyond `limit`, the least recently used end as
    /// `session-revoked`.
    ///
    /// With it, in one write: the hash of the same password that replaces the one that was checked, the browser that is known from
    /// now on, the failures that are forgotten, and the row in the audit trail.
    async fn insert_session(&self, log_in: &LogIn<'_>) -> Result<InsertSessionOutcome, StoreError>;

    /// The active sessions of a user, the latest first; of all users, if none is named.
    async fn sessions(&self, user: Option<&UserId>, limits: TimeLimits) -> Result<Vec<SessionRecord>, StoreError>;

    /// The session with a public id, ended ones included.
    async fn session_with_id(&self, id: &SessionId) -> Result<Option<SessionRecord>, StoreError>;

    /// How many active sessions there are.
    async fn count_sessions(&self, limits: TimeLimits) -> Result<u64, StoreError>;

    /// Ends active sessions, and says which there were: the first reason stands. The audit trail gets its row unless a single
    /// session was meant and was not active.
    async fn end_sessions(
        &self,
        selector: SessionSelector<'_>,
        reason: EndReason,
        limits: TimeLimits,
        audit: &AuditEvent,
    ) -> Result<Vec<TokenHash>, StoreError>;

    /// Writes the end of a session whose deadline has passed, and says what its reason is; `None`, and nothing is done, if it
    /// has ended already or is active.
    async fn end_overdue(&self, token: &TokenHash, limits: TimeLimits) -> Result<Option<EndReason>, StoreError>;

    /// Writes the ends of at most `limit` sessions whose deadline has passed, and says how many there were.
    async fn end_all_overdue(&self, limits: TimeLimits, limit: u32) -> Result<u64, StoreError>;

    /// Notes when users last did something in sessions that were active then. An instant never moves back.
    async fn touch_sessions(&self, activity: &[(TokenHash, Timestamp)]) -> Result<(), StoreError>;

    /// Moves the deadline of an active session, never back, and notes that its user did something; says whether it was active.
    async fn extend_session(
        &self,
        token: &TokenHash,
        expires_at: Timestamp,
        limits: TimeLimits,
    ) -> Result<bool, StoreError>;

    /// Deletes at most `limit` sessions that ended before an instant, and says how many.
    async fn sweep_sessions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// The newest instant that anybody wrote down: what a clock can be compared with. `None` in an empty store.
    async fn newest_instant(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Asks the store for a sign of life.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// Failed log-ins, by what was tried.
#[async_trait]
pub trait AttemptStore: Send + Sync + 'static {
    /// The failures of a subject.
    async fn attempts(&self, subject: &str) -> Result<Option<Attempts>, StoreError>;

    /// Counts a failure for each of its subjects, and writes it to the audit trail.
    async fn count_failure(&self, failure: &Failure<'_>, audit: &AuditEvent) -> Result<(), StoreError>;

    /// Deletes at most `limit` failures from before an instant, and says how many.
    async fn sweep_attempts(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

/// Browsers that have signed in before.
#[async_trait]
pub trait DeviceStore: Send + Sync + 'static {
    /// The users who have signed in with a device cookie.
    async fn users_of_device(&self, device: &TokenHash) -> Result<Vec<UserId>, StoreError>;

    /// Forgets at most `limit` devices that nobody has signed in with since an instant, and says how many.
    async fn sweep_devices(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
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

impl SessionSelector<'_> {
    /// The session with a handle, whosever it is.
    #[must_use]
    pub fn id(id: &SessionId) -> SessionSelector<'_> {
        SessionSelector::Id { id, user: None }
    }
}
