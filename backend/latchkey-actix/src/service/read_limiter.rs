//! The door to the store for checks that memory cannot answer: so many at once, and not much of a queue. Beyond it the honest
//! answer is "cannot tell", at once; a server that lets everybody wait answers nobody in time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    clock::Monotonic,
    store::{Overloaded, StoreError},
};

/// Reads at the same time: as many as a store has connections for them.
const CONCURRENT_READS: usize = 4;

/// How many more may wait.
const MAX_WAITING: usize = 512;

/// How long one waits.
const MAX_WAIT: Duration = Duration::from_millis(250);

/// How many nanoseconds pass at least between two lines in the log about those who are turned away.
const LOG_EVERY_NS: u64 = 1_000_000_000;

/// The door.
#[derive(Debug)]
pub struct ReadLimiter {
    permits: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    max_wait: Duration,
    rejected: AtomicU64,
    logged_at: AtomicU64,
}

/// A place inside, for as long as it is kept.
#[derive(Debug)]
pub struct ReadPermit {
    _slot: OwnedSemaphorePermit,
    _queue_slot: OwnedSemaphorePermit,
}

impl Default for ReadLimiter {
    fn default() -> Self {
        Self::new(CONCURRENT_READS, MAX_WAITING, MAX_WAIT)
    }
}

impl ReadLimiter {
    /// Lets in `at_once`, and lets `waiting` more wait for so long.
    #[must_use]
    pub fn new(at_once: usize, waiting: usize, max_wait: Duration) -> Self {
        let queue = Arc::new(Semaphore::new(at_once + waiting));
        Self {
            permits: Arc::new(Semaphore::new(at_once)),
            queue,
            max_wait,
            rejected: AtomicU64::new(0),
            logged_at: AtomicU64::new(0),
        }
    }

    /// Waits for a place.
    ///
    /// # Errors
    /// There was none: at once if too many are waiting, otherwise when the patience is over.
    pub async fn acquire(&self) -> Result<ReadPermit, StoreError> {
        let queue = self.queue.clone().try_acquire_owned().map_err(|_| self.reject())?;
        let permit = tokio::time::timeout(self.max_wait, self.permits.clone().acquire_owned()).await;
        let inside = permit.map_err(|_| self.reject())?.map_err(|_| self.reject())?;
        Ok(ReadPermit { _slot: inside, _queue_slot: queue })
    }

    /// Counts who is turned away, and says so in the log once a second at the most: under load, a line for each would be more
    /// work than the answer.
    fn reject(&self) -> StoreError {
        let (now, logged_at) = (Monotonic::now().as_nanos(), self.logged_at.load(Ordering::Relaxed));
        self.rejected.fetch_add(1, Ordering::Relaxed);
        let due = now.saturating_sub(logged_at) >= LOG_EVERY_NS;
        if due && self.logged_at.compare_exchange(logged_at, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let rejected = self.rejected.swap(0, Ordering::Relaxed);
            tracing::warn!(
                rejected,
                "more sessions are to be read than the store can: the answer to some checks is 503"
            );
        }
        StoreError(Overloaded.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn beyond_the_queue_the_answer_is_no_at_once_and_in_it_when_the_patience_is_over() {
        let read_limiter = ReadLimiter::new(1, 1, MAX_WAIT);
        let inside = read_limiter.acquire().await.unwrap();
        let started = tokio::time::Instant::now();
        let (waiting, rejected) = tokio::join!(read_limiter.acquire(), async {
            let refused = read_limiter.acquire().await;
            (refused, started.elapsed())
        });
        assert!(waiting.is_err() && rejected.0.is_err());
        assert_eq!((rejected.1, started.elapsed()), (Duration::ZERO, MAX_WAIT));
        drop(inside);
        assert!(read_limiter.acquire().await.is_ok());
    }
}
