//! A store that can be switched off, as if its disk or its server were gone.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use latchkey_backend::{
    decorate_store,
    store::{StoreError, sqlite::SqliteStore},
};

pub struct SwitchableStore {
    store: Arc<SqliteStore>,
    down: AtomicBool,
    last_operation: Mutex<Option<&'static str>>,
}

impl SwitchableStore {
    pub fn new(store: SqliteStore) -> Self {
        Self { store: Arc::new(store), down: AtomicBool::new(false), last_operation: Mutex::default() }
    }

    pub fn switch_off(&self) {
        self.down.store(true, Ordering::SeqCst);
    }

    /// Switches it off as soon as an operation has been answered.
    pub fn switch_off_after(&self, operation: &'static str) {
        *self.last_operation.lock().unwrap() = Some(operation);
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
        let answer = answer.await;
        if *self.last_operation.lock().unwrap() == Some(operation) {
            self.switch_off();
        }
        answer
    }
}

decorate_store!(SwitchableStore);
