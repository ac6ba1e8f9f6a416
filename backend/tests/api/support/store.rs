//! A store that can be switched off, as if its disk or its server were gone.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_backend::store::{
    Account, Changes, Insertion, NewSession, Position, SessionRecord, SessionStore, StoreError, TokenHash, UserStore,
    sqlite::SqliteStore,
};
use latchkey_shared::EndReason;

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

#[async_trait]
impl UserStore for SwitchableStore {
    async fn insert_user(&self, account: &Account, now: Timestamp) -> Result<Insertion, StoreError> {
        self.up()?.insert_user(account, now).await
    }

    async fn account(&self, email: &str) -> Result<Option<Account>, StoreError> {
        self.up()?.account(email).await
    }
}

#[async_trait]
impl SessionStore for SwitchableStore {
    async fn insert_session(&self, session: &NewSession) -> Result<(), StoreError> {
        self.up()?.insert_session(session).await
    }

    async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError> {
        self.up()?.session(token).await
    }

    async fn end_session(&self, token: &TokenHash, reason: EndReason, now: Timestamp) -> Result<bool, StoreError> {
        self.up()?.end_session(token, reason, now).await
    }

    async fn position(&self) -> Result<Position, StoreError> {
        self.up()?.position().await
    }

    async fn changes_since(&self, position: Position) -> Result<Changes, StoreError> {
        self.up()?.changes_since(position).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.up()?.ping().await
    }
}
