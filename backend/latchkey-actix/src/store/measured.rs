//! A decorator that measures how long the store takes to answer.

use std::sync::Arc;

use super::{ChangeFeed, Store, StoreError};
use crate::{clock::Stopwatch, decorate_store, metrics::Metrics};

/// Measures another store.
pub struct MeasuredStore {
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
}

impl MeasuredStore {
    /// Measures `store`, and records the times in `metrics`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, metrics: Arc<Metrics>) -> Self {
        Self { store, metrics }
    }

    async fn around<T>(
        &self,
        operation: &'static str,
        answer: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let stopwatch = Stopwatch::start();
        let answer = answer.await;
        self.metrics.observe_store(operation, answer.is_err(), stopwatch.elapsed());
        answer
    }

    /// Feeds are not measured: their answers include the wait between two polls.
    #[expect(clippy::unused_self, reason = "the signature is the macro's")]
    fn around_feed(&self, feed: Box<dyn ChangeFeed>) -> Box<dyn ChangeFeed> {
        feed
    }
}

decorate_store!(MeasuredStore);
