//! A store that can be switched off, like one whose disk or server has failed.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use latchkey_actix::{
    decorate_store,
    store::{Batch, ChangeFeed, StoreError, sqlite::SqliteStore},
};

pub struct SwitchableStore {
    store: Arc<SqliteStore>,
    down: Arc<AtomicBool>,
    last_operation: Mutex<Option<&'static str>>,
}

impl SwitchableStore {
    pub fn new(store: SqliteStore) -> Self {
        Self { store: Arc::new(store), down: Arc::default(), last_operation: Mutex::default() }
    }

    pub fn switch_off(&self) {
        self.down.store(true, Ordering::SeqCst);
    }

    /// Switches the store off as soon as an operation has been answered.
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

    fn around_feed(&self, feed: Box<dyn ChangeFeed>) -> Box<dyn ChangeFeed> {
        Box::new(SwitchableFeed { feed, down: self.down.clone() })
    }
}

/// A feed that fails while its store is switched off.
struct SwitchableFeed {
    feed: Box<dyn ChangeFeed>,
    down: Arc<AtomicBool>,
}

#[async_trait]
impl ChangeFeed for SwitchableFeed {
    async fn next(&mut self, wait: Duration) -> Result<Batch, StoreError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(StoreError("switched off".into()));
        }
        self.feed.next(wait).await
    }
}

decorate_store!(SwitchableStore);
