//! What is kept: users and sessions. The traits say what a store must do, [`contract`] tests it, one file a database
//! does it. A store knows nothing of cookies, clear tokens or status codes.

pub mod sqlite;

#[cfg(test)]
mod contract;

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, User, UserId};

/// Everything a server needs of its store.
pub trait Store: UserStore + SessionStore {}

impl<T: UserStore + SessionStore> Store for T {}

/// The store did not answer, or not sensibly. It says nothing about what was asked.
#[derive(Debug, thiserror::Error)]
#[error("the store did not answer: {0}")]
pub struct StoreError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// SHA-256 of a session's token: what the store finds a session by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash([redacted])")
    }
}

/// A user with what it takes to check a password.
#[derive(Clone)]
pub struct Account {
    /// The user.
    pub user: User,
    /// Argon2id, as a PHC string.
    pub password_hash: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("user", &self.user)
            .field("password_hash", &"[redacted]")
            .finish()
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
}

/// A session as it is kept, with its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// The public handle.
    pub id: SessionId,
    /// Whose it is, as of now.
    pub user: User,
    /// When it began.
    pub created_at: Timestamp,
    /// Its deadline.
    pub expires_at: Timestamp,
    /// Why it has ended, if it was ended before its deadline.
    pub ended: Option<EndReason>,
}

/// What came of adding a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Insertion {
    /// The user is kept.
    Inserted,
    /// Another user has the address; nothing was done.
    EmailTaken,
}

/// Users and their passwords.
#[async_trait]
pub trait UserStore: Send + Sync + 'static {
    /// Adds a user.
    async fn insert_user(&self, account: &Account, now: Timestamp) -> Result<Insertion, StoreError>;

    /// The account with an address, which must be in lower case.
    async fn account(&self, email: &str) -> Result<Option<Account>, StoreError>;
}

/// The sessions that other writers changed since a reader last looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// These, up to and including a position.
    Sessions(Vec<TokenHash>, Position),
    /// More than the store remembers: everything may have changed.
    Everything(Position),
}

/// A place in the sequence of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub i64);

/// Sessions. One is inserted once, and only ever changed while it has not ended: nothing brings one back.
#[async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// Keeps a new session.
    async fn insert_session(&self, session: &NewSession) -> Result<(), StoreError>;

    /// The session that a token opens, ended ones included.
    async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError>;

    /// Ends a session that is neither ended nor expired, and says whether there was one: the first reason stands.
    async fn end_session(&self, token: &TokenHash, reason: EndReason, now: Timestamp) -> Result<bool, StoreError>;

    /// The current end of the sequence of changes.
    async fn position(&self) -> Result<Position, StoreError>;

    /// What changed after a position, whoever changed it, this process or another.
    async fn changes_since(&self, position: Position) -> Result<Changes, StoreError>;

    /// Asks the store for a sign of life.
    async fn ping(&self) -> Result<(), StoreError>;
}
