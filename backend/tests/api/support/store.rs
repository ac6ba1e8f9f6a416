//! A store that can be switched off, like one whose disk or server has failed.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use latchkey_actix::{
    decorate_store,
    store::{Batch, ChangeFeed, Store, StoreError},
};

pub struct SwitchableStore {
    store: Arc<dyn Store>,
    down: Arc<AtomicBool>,
    follow: Arc<Mutex<Follow>>,
    reads: AtomicUsize,
    last_operation: Mutex<Option<&'static str>>,
}

/// How the store's feed behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    Works,
    Fails,
    Hangs,
}

impl SwitchableStore {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            down: Arc::default(),
            follow: Arc::new(Mutex::new(Follow::Works)),
            reads: AtomicUsize::new(0),
            last_operation: Mutex::default(),
        }
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

    /// Sets how the feed behaves.
    pub fn follow(&self, how: Follow) {
        *self.follow.lock().unwrap() = how;
    }

    /// The number of reads for checks.
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    async fn around<T>(
        &self,
        operation: &'static str,
        answer: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        if operation == "session" {
            self.reads.fetch_add(1, Ordering::SeqCst);
        }
        if operation == "feed" {
            simulate(&self.follow).await?;
        }
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
        Box::new(SwitchableFeed { feed, down: self.down.clone(), follow: self.follow.clone() })
    }
}

/// A feed that fails while its store is switched off.
struct SwitchableFeed {
    feed: Box<dyn ChangeFeed>,
    down: Arc<AtomicBool>,
    follow: Arc<Mutex<Follow>>,
}

async fn simulate(follow: &Mutex<Follow>) -> Result<(), StoreError> {
    let how = *follow.lock().unwrap();
    match how {
        Follow::Works => Ok(()),
        Follow::Fails => Err(StoreError("a simulated failure".into())),
        Follow::Hangs => std::future::pending().await,
    }
}

#[async_trait]
impl ChangeFeed for SwitchableFeed {
    async fn next(&mut self, wait: Duration) -> Result<Batch, StoreError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(StoreError("switched off".into()));
        }
        simulate(&self.follow).await?;
        self.feed.next(wait).await
    }
}

decorate_store!(SwitchableStore);
