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
    store::{Crowded, StoreError},
};

/// Reads at the same time: as many as a store has connections for them.
const AT_ONCE: usize = 4;

/// How many more may wait.
const WAITING: usize = 512;

/// How long one waits.
const PATIENCE: Duration = Duration::from_millis(250);

/// How many nanoseconds pass at least between two lines in the log about those who are turned away.
const TELL_EVERY: u64 = 1_000_000_000;

/// The door.
#[derive(Debug)]
pub struct Door {
    places: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    patience: Duration,
    turned_away: AtomicU64,
    told_at: AtomicU64,
}

/// A place inside, for as long as it is kept.
#[derive(Debug)]
pub struct Place {
    _inside: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Default for Door {
    fn default() -> Self {
        Self::new(AT_ONCE, WAITING, PATIENCE)
    }
}

impl Door {
    /// Lets in `at_once`, and lets `waiting` more wait for so long.
    #[must_use]
    pub fn new(at_once: usize, waiting: usize, patience: Duration) -> Self {
        let queue = Arc::new(Semaphore::new(at_once + waiting));
        Self {
            places: Arc::new(Semaphore::new(at_once)),
            queue,
            patience,
            turned_away: AtomicU64::new(0),
            told_at: AtomicU64::new(0),
        }
    }

    /// Waits for a place.
    ///
    /// # Errors
    /// There was none: at once if too many are waiting, otherwise when the patience is over.
    pub async fn enter(&self) -> Result<Place, StoreError> {
        let queue = self.queue.clone().try_acquire_owned().map_err(|_| self.turn_away())?;
        let place = tokio::time::timeout(self.patience, self.places.clone().acquire_owned()).await;
        let inside = place.map_err(|_| self.turn_away())?.map_err(|_| self.turn_away())?;
        Ok(Place { _inside: inside, _of_all: queue })
    }

    /// Counts who is turned away, and says so in the log once a second at the most: under load, a line for each would be more
    /// work than the answer.
    fn turn_away(&self) -> StoreError {
        let (now, told_at) = (Monotonic::now().as_nanos(), self.told_at.load(Ordering::Relaxed));
        self.turned_away.fetch_add(1, Ordering::Relaxed);
        let due = now.saturating_sub(told_at) >= TELL_EVERY;
        if due && self.told_at.compare_exchange(told_at, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let turned_away = self.turned_away.swap(0, Ordering::Relaxed);
            tracing::warn!(
                turned_away,
                "more sessions are to be read than the store can: the answer to some checks is 503"
            );
        }
        StoreError(Crowded.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn beyond_the_queue_the_answer_is_no_at_once_and_in_it_when_the_patience_is_over() {
        let door = Door::new(1, 1, PATIENCE);
        let inside = door.enter().await.unwrap();
        let started = tokio::time::Instant::now();
        let (waiting, turned_away) = tokio::join!(door.enter(), async {
            let refused = door.enter().await;
            (refused, started.elapsed())
        });
        assert!(waiting.is_err() && turned_away.0.is_err());
        assert_eq!((turned_away.1, started.elapsed()), (Duration::ZERO, PATIENCE));
        drop(inside);
        assert!(door.enter().await.is_ok());
    }
}
