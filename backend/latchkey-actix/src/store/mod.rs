//! Stores of users, sessions, failed log-ins and the audit trail: the traits, and one module for each database. All of them pass the
//! same test suite, `contract`. A store knows nothing of cookies, clear tokens or status codes.

pub mod change_feed;
pub mod model;

pub mod sqlite;

#[cfg(feature = "postgres")]
pub mod postgres;

mod decorate;
pub mod measured;
mod migrations;
pub mod pool_waits;

#[cfg(test)]
mod contract;

use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, User, UserId};

/// What implementations of the traits are marked with.
pub use async_trait::async_trait;

pub use crate::domain::{
    session_record::{SessionRecord, SessionTimes, TimeLimits},
    throttle::Attempts,
    token::TokenHash,
};
pub use model::{
    Account, AuditEntry, AuditEvent, Device, Failure, InsertSessionOutcome, InsertUserOutcome, LogIn, NewPasswordLink,
    NewSession, NoAnswer, Overloaded, PasswordLinkUse, PasswordUpdate, SessionSelector, SetEmailOutcome, StoreError,
};

pub use change_feed::{Batch, ChangeFeed, Changed};
pub use pool_waits::WaitObserver;

/// Everything that a server needs from its store. Implemented for every type that has all of the parts.
pub trait Store: UserStore + PasswordLinkStore + SessionStore + AttemptStore + DeviceStore + AuditStore {}

impl<T: UserStore + PasswordLinkStore + SessionStore + AttemptStore + DeviceStore + AuditStore> Store for T {}

/// Users and their passwords. Every change increments the user's version. Each change and its row in the audit trail are written in one
/// transaction.
#[async_trait]
pub trait UserStore: Send + Sync + 'static {
    /// Adds a user, and clears the failed log-ins for the user's e-mail address.
    async fn insert_user(&self, account: &Account, audit: &AuditEvent) -> Result<InsertUserOutcome, StoreError>;

    /// Adds some users, each with its row in the audit trail, in one transaction. If one of them has the id or the e-mail address of
    /// another user, nothing is changed, and its index is returned.
    async fn insert_users(&self, users: &[(Account, AuditEvent)]) -> Result<Option<usize>, StoreError>;

    /// The account with an e-mail address in exactly this spelling.
    async fn account(&self, email: &str) -> Result<Option<Account>, StoreError>;

    /// All accounts, sorted by e-mail address.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;

    /// Changes a user's name, and returns the changed user and the token hashes of the user's active sessions.
    async fn rename_user(
        &self,
        user: &UserId,
        name: &str,
        audit: &AuditEvent,
    ) -> Result<(User, Vec<TokenHash>), StoreError>;

    /// Changes a user's e-mail address, and clears the failed log-ins for the new one. Sessions go on.
    async fn set_email(&self, user: &UserId, email: &str, audit: &AuditEvent) -> Result<SetEmailOutcome, StoreError>;

    /// Deletes a user with all sessions, and returns the token hashes of those that were active.
    async fn delete_user(&self, user: &UserId, audit: &AuditEvent) -> Result<Vec<TokenHash>, StoreError>;

    /// Sets a user's password, ends all of the user's sessions with `password-changed` and clears failed log-ins. Returns the token hashes
    /// of the ended sessions.
    async fn set_password(&self, user: &UserId, hash: &str, audit: &AuditEvent) -> Result<Vec<TokenHash>, StoreError>;

    /// Changes the password on the user's own request: ends all sessions with `password-changed` and inserts the new one. Returns the
    /// changed user and the token hashes of the ended sessions. Returns `None` and changes nothing if the current session is not active
    /// any more or the current hash has been replaced.
    async fn change_password(
        &self,
        change: &PasswordUpdate<'_>,
        audit: &AuditEvent,
    ) -> Result<Option<(User, Vec<TokenHash>)>, StoreError>;

    /// Disables an account and ends all of its sessions with `account-disabled`, or enables it and clears failed log-ins. Returns the token
    /// hashes of the ended sessions.
    async fn set_disabled(
        &self,
        user: &UserId,
        disabled: bool,
        audit: &AuditEvent,
    ) -> Result<Vec<TokenHash>, StoreError>;
}

/// One-time links with which users set a password. A user has at most one. Every change of the user's e-mail address or password, disabling
/// the account and enabling a disabled one deletes it, whoever makes the change.
#[async_trait]
pub trait PasswordLinkStore: Send + Sync + 'static {
    /// Adds a link, in place of the user's last one. Returns `false` and changes nothing if the account is disabled or deleted.
    async fn insert_password_link(&self, link: &NewPasswordLink<'_>, audit: &AuditEvent) -> Result<bool, StoreError>;

    /// The user of a link that has not expired at an instant.
    async fn password_link(&self, token: &TokenHash, now: Timestamp) -> Result<Option<User>, StoreError>;

    /// Uses a link that has not expired when the event happens: sets the password and deletes the link, like
    /// [`UserStore::set_password`]. Returns the token hashes of the ended sessions. Returns `None` and changes nothing if there is no such
    /// link, so that each can be used once.
    async fn use_password_link(
        &self,
        link: &PasswordLinkUse<'_>,
        audit: &AuditEvent,
    ) -> Result<Option<Vec<TokenHash>>, StoreError>;
}

/// What the session cache needs from a store.
#[async_trait]
pub trait SessionSource: Send + Sync + 'static {
    /// The session with a token hash, also if it has ended.
    async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError>;

    /// Opens a feed of all changes from now on, including those made by other processes.
    async fn feed(&self) -> Result<Box<dyn ChangeFeed>, StoreError>;

    /// From now on, calls the observer after each wait for a connection. A store without pools never waits.
    fn observe_waits(&self, observer: WaitObserver) {
        drop(observer);
    }
}

/// Sessions. A session is inserted once and changed only while it has not ended, so that nothing brings it back. "Active" means neither
/// ended nor past a deadline; "overdue" means past a deadline without a written end. Every method that ends sessions also writes the
/// ends of the overdue sessions among them.
#[async_trait]
pub trait SessionStore: SessionSource {
    /// Inserts a session, if the account is enabled and still has the password hash that was checked. The session that it replaces ends
    /// with `signed-out`; the user's least recently used active sessions beyond `limit` end with `session-revoked`.
    ///
    /// The same transaction replaces the password hash, remembers the device, clears failures and writes the row in the audit trail.
    async fn insert_session(&self, log_in: &LogIn<'_>) -> Result<InsertSessionOutcome, StoreError>;

    /// The active sessions of a user, or of all users, newest first.
    async fn sessions(&self, user: Option<&UserId>, limits: TimeLimits) -> Result<Vec<SessionRecord>, StoreError>;

    /// The session with a public id, also if it has ended.
    async fn session_with_id(&self, id: &SessionId) -> Result<Option<SessionRecord>, StoreError>;

    /// How many active sessions there are.
    async fn count_sessions(&self, limits: TimeLimits) -> Result<u64, StoreError>;

    /// Ends active sessions, and returns their token hashes. A session that has ended keeps its first reason. The audit event is written
    /// unless the selector names a single session and that was not active.
    async fn end_sessions(
        &self,
        selector: SessionSelector<'_>,
        reason: EndReason,
        limits: TimeLimits,
        audit: &AuditEvent,
    ) -> Result<Vec<TokenHash>, StoreError>;

    /// Writes the end of an overdue session, and returns its reason. Returns `None` and changes nothing if the session is active or has
    /// ended.
    async fn end_overdue(&self, token: &TokenHash, limits: TimeLimits) -> Result<Option<EndReason>, StoreError>;

    /// Writes the ends of at most `limit` overdue sessions, and returns how many.
    async fn end_all_overdue(&self, limits: TimeLimits, limit: u32) -> Result<u64, StoreError>;

    /// Sets the last activity of sessions that were active at that instant. It never moves back.
    async fn touch_sessions(&self, activity: &[(TokenHash, Timestamp)]) -> Result<(), StoreError>;

    /// Moves the deadline of an active session, never back, and sets its last activity to now. Returns whether the session was active.
    async fn extend_session(
        &self,
        token: &TokenHash,
        expires_at: Timestamp,
        limits: TimeLimits,
    ) -> Result<bool, StoreError>;

    /// Deletes at most `limit` sessions that ended before an instant, and returns how many.
    async fn sweep_sessions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// The newest instant of activity, an end, an audit event or a failure, to compare a clock with; `None` in an empty store.
    async fn newest_instant(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Checks that the store answers.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// Failed log-ins, counted by subject: an account, or an account at an address, in a browser or in a session.
#[async_trait]
pub trait AttemptStore: Send + Sync + 'static {
    /// The failures of a subject.
    async fn attempts(&self, subject: &str) -> Result<Option<Attempts>, StoreError>;

    /// Counts a failure for each of its subjects, and writes the audit event.
    async fn count_failure(&self, failure: &Failure<'_>, audit: &AuditEvent) -> Result<(), StoreError>;

    /// Deletes at most `limit` subjects whose last failure was before an instant, and returns how many.
    async fn sweep_attempts(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

/// Devices: browsers in which users have logged in before.
#[async_trait]
pub trait DeviceStore: Send + Sync + 'static {
    /// The users who have logged in with a device cookie.
    async fn users_of_device(&self, device: &TokenHash) -> Result<Vec<UserId>, StoreError>;

    /// Deletes at most `limit` devices without a log-in since an instant, and returns how many.
    async fn sweep_devices(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

/// The audit trail.
#[async_trait]
pub trait AuditStore: Send + Sync + 'static {
    /// Adds an event.
    async fn record(&self, event: &AuditEvent) -> Result<(), StoreError>;

    /// The latest `limit` events since an instant, oldest first.
    async fn audit(&self, since: Timestamp, limit: u32) -> Result<Vec<AuditEntry>, StoreError>;

    /// Deletes at most `limit` events from before an instant, and returns how many.
    async fn sweep_audit(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

impl SessionSelector<'_> {
    /// Selects the session with a public id, of any user.
    #[must_use]
    pub fn id(id: &SessionId) -> SessionSelector<'_> {
        SessionSelector::Id { id, user: None }
    }
}
