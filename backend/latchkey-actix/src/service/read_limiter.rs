//! Bounds the reads of the store for checks that miss the cache: a few at once, and a short queue. When the queue is full, the check
//! answers "unavailable" at once; without the bound, an overloaded server would answer every check too late.

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

/// Reads at the same time: as many as the store has connections for checks.
const CONCURRENT_READS: usize = 4;

/// Most reads in the queue.
const MAX_WAITING: usize = 512;

/// Longest wait in the queue.
const MAX_WAIT: Duration = Duration::from_millis(250);

/// Shortest time between two log lines about rejected reads, in nanoseconds.
const LOG_EVERY_NS: u64 = 1_000_000_000;

/// Limits concurrent and queued reads.
#[derive(Debug)]
pub struct ReadLimiter {
    permits: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    max_wait: Duration,
    rejected: AtomicU64,
    logged_at: AtomicU64,
}

/// The permission to read, until it is dropped.
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
    /// Allows `at_once` concurrent reads, and `waiting` more in the queue for at most `max_wait`.
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

    /// Waits for a permit.
    ///
    /// # Errors
    /// [`Overloaded`]: at once if the queue is full, otherwise after the longest wait.
    pub async fn acquire(&self) -> Result<ReadPermit, StoreError> {
        let queue = self.queue.clone().try_acquire_owned().map_err(|_| self.reject())?;
        let permit = tokio::time::timeout(self.max_wait, self.permits.clone().acquire_owned()).await;
        let slot = permit.map_err(|_| self.reject())?.map_err(|_| self.reject())?;
        Ok(ReadPermit { _slot: slot, _queue_slot: queue })
    }

    /// Counts a rejected read, and logs the count at most once a second: under load, a line for each would cost more than the answer.
    fn reject(&self) -> StoreError {
        let (now, logged_at) = (Monotonic::now().as_nanos(), self.logged_at.load(Ordering::Relaxed));
        self.rejected.fetch_add(1, Ordering::Relaxed);
        let due = now.saturating_sub(logged_at) >= LOG_EVERY_NS;
        if due && self.logged_at.compare_exchange(logged_at, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let rejected = self.rejected.swap(0, Ordering::Relaxed);
            tracing::warn!(rejected, "the store is overloaded: some checks of sessions are answered with 503");
        }
        StoreError(Overloaded.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    #[expect(clippy::disallowed_methods, reason = "tokio's clock is paused")]
    async fn a_full_queue_rejects_at_once_and_a_queued_read_after_the_longest_wait() {
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
