//! A store that can be switched off, as if its disk or its server were gone.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use latchkey_backend::{
    decorate_store,
    store::{StoreError, sqlite::SqliteStore},
};

pub struct SwitchableStore {
    store: Arc<SqliteStore>,
    down: AtomicBool,
}

impl SwitchableStore {
    pub fn new(store: SqliteStore) -> Self {
        Self { store: Arc::new(store), down: AtomicBool::new(false) }
    }

    pub fn switch_off(&self) {
        self.down.store(true, Ordering::SeqCst);
    }

    pub fn switch_on(&self) {
        self.down.store(false, Ordering::SeqCst);
    }

    async fn around<T>(
        &self,
        operation: &'static str,
        answer: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(StoreError(format!("{operation}: switched off").into()));
        }
        answer.await
    }
}

decorate_store!(SwitchableStore);
