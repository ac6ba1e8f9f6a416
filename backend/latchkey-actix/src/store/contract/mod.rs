//! The contract of stores: one test suite, run on each of them.

mod attempts;
mod audit;
mod backup;
mod changes;
mod devices;
mod ends;
mod imports;
mod interleavings;
mod password_links;
#[cfg(feature = "postgres")]
mod postgres;
mod sessions;
mod sqlite;
mod users;

use jiff::{Timestamp, ToSpan};
use latchkey_shared::{SessionId, User, UserId};

use super::{Account, AuditEvent, InsertSessionOutcome, LogIn, NewSession, Store, StoreError, TokenHash};

/// Checks every rule of the contract on an empty store. `other` is a second handle of the same content, like another process.
async fn check_all(store: &dyn Store, other: &dyn Store) {
    store.ping().await.unwrap();
    audit::check_all(store).await;
    users::check_all(store).await;
    imports::check_all(store).await;
    password_links::check_all(store, other).await;
    sessions::check_all(store).await;
    ends::check_all(store).await;
    interleavings::check_all(store, other).await;
    changes::check_all(store, other).await;
    attempts::check_all(store).await;
    devices::check_all(store).await;
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn account(name: &str) -> Account {
    let id = UserId(format!("id of {name}"));
    let user = User::new(id, format!("{name}@example.org"), name, 1);
    Account { user, password_hash: format!("hash of {name}"), disabled: false, created_at: now() }
}

fn token(byte: u8) -> TokenHash {
    TokenHash([byte; 32])
}

/// A session of a user for an hour from `now`, with its own id and token hash.
fn session(name: &str, byte: u8) -> NewSession {
    NewSession {
        id: SessionId(format!("session {byte}")),
        token_hash: token(byte),
        user_id: account(name).user.id,
        created_at: now(),
        expires_at: now() + 1.hour(),
        ip: Some("192.0.2.1".into()),
        user_agent: Some("a browser".into()),
        remembered: true,
        replaces: None,
        idle: None,
    }
}

/// An audit event at an instant.
fn audit(at: Timestamp) -> AuditEvent {
    let (action, outcome, actor) = ("deed", "ok", "somebody".into());
    AuditEvent { at, action, outcome, actor, subject: None, session: None, ip: None }
}

/// Inserts a session, without the optional parts of a log-in.
async fn insert(
    store: &(impl Store + ?Sized),
    session: &NewSession,
    password_hash: &str,
    limit: u32,
) -> Result<InsertSessionOutcome, StoreError> {
    let audit = &audit(session.created_at);
    let log_in = LogIn { session, password_hash, new_hash: None, limit, cleared_subjects: &[], device: None, audit };
    store.insert_session(&log_in).await
}

/// Adds a user.
async fn add(store: &dyn Store, name: &str) -> UserId {
    store.insert_user(&account(name), &audit(now())).await.unwrap();
    account(name).user.id
}

/// Inserts a session of a user.
async fn begin(store: &dyn Store, name: &str, byte: u8) -> TokenHash {
    let hash = account(name).password_hash;
    let outcome = insert(store, &session(name, byte), &hash, 50).await.unwrap();
    assert_eq!(outcome, InsertSessionOutcome::Inserted(Vec::new()));
    token(byte)
}
