//! A store whose answers are timed.

use std::sync::Arc;

use super::{ChangeFeed, Store, StoreError};
use crate::{clock::Stopwatch, decorate_store, metrics::Metrics};

/// Another store, and where to note how long it took.
pub struct MeasuredStore {
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
}

impl MeasuredStore {
    /// Times the answers of a store.
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

    /// Polls are not timed: they include the wait between two of them.
    #[expect(clippy::unused_self, reason = "the macro asks a decorator")]
    fn around_feed(&self, feed: Box<dyn ChangeFeed>) -> Box<dyn ChangeFeed> {
        feed
    }
}

decorate_store!(MeasuredStore);
