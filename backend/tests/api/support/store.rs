//! A store that can be switched off, as if its disk or its server were gone.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_backend::store::{
    Account, Admission, AttemptStore, Attempts, AuditEntry, AuditEvent, AuditStore, Changes, Insertion, NewSession,
    Position, SessionRecord, SessionSource, SessionStore, StoreError, TokenHash, UserStore, Which, sqlite::SqliteStore,
};
use latchkey_shared::{EndReason, UserId};

pub struct SwitchableStore {
    store: SqliteStore,
    down: AtomicBool,
}

impl SwitchableStore {
    pub fn new(store: SqliteStore) -> Self {
        Self {
            store,
            down: AtomicBool::new(false),
        }
    }

    pub fn switch_off(&self) {
        self.down.store(true, Ordering::SeqCst);
    }

    pub fn switch_on(&self) {
        self.down.store(false, Ordering::SeqCst);
    }

    fn up(&self) -> Result<&SqliteStore, StoreError> {
        let down = self.down.load(Ordering::SeqCst);
        if down {
            Err(StoreError("switched off".into()))
        } else {
            Ok(&self.store)
        }
    }
}

/// Each method as the store has it, while the store is up.
macro_rules! switchable {
    ($($store:ident { $($method:ident($($argument:ident: $of:ty),*) -> $answer:ty;)* })*) => {$(
        #[async_trait]
        impl $store for SwitchableStore {
            $(async fn $method(&self $(, $argument: $of)*) -> Result<$answer, StoreError> {
                self.up()?.$method($($argument),*).await
            })*
        }
    )*};
}

switchable! {
    UserStore {
        insert_user(account: &Account, now: Timestamp) -> Insertion;
        account(email: &str) -> Option<Account>;
        accounts() -> Vec<Account>;
        rename_user(user: &UserId, name: &str) -> ();
        set_password(user: &UserId, hash: &str, next: Option<&NewSession>, now: Timestamp) -> Vec<TokenHash>;
        rehash_password(user: &UserId, old: &str, new: &str) -> ();
        set_disabled(user: &UserId, disabled: bool, now: Timestamp) -> Vec<TokenHash>;
    }
    SessionSource {
        session(token: &TokenHash) -> Option<SessionRecord>;
        position() -> Position;
        changes_since(position: Position) -> Changes;
    }
    SessionStore {
        insert_session(session: &NewSession, password_hash: &str, limit: u32) -> Admission;
        sessions(user: Option<&UserId>, now: Timestamp) -> Vec<SessionRecord>;
        end_sessions(which: Which<'_>, reason: EndReason, now: Timestamp) -> Vec<TokenHash>;
        touch_session(token: &TokenHash, now: Timestamp) -> ();
        extend_session(token: &TokenHash, expires_at: Timestamp, now: Timestamp) -> bool;
        sweep_sessions(before: Timestamp, limit: u32) -> u64;
        ping() -> ();
    }
    AttemptStore {
        attempts(subject: &str) -> Option<Attempts>;
        replace_attempts(subject: &str, old: Option<Attempts>, new: Attempts) -> bool;
        clear_attempts(subject: &str) -> ();
        sweep_attempts(before: Timestamp, limit: u32) -> u64;
    }
    AuditStore {
        record(event: &AuditEvent) -> ();
        audit(since: Timestamp, limit: u32) -> Vec<AuditEntry>;
        sweep_audit(before: Timestamp, limit: u32) -> u64;
    }
}
