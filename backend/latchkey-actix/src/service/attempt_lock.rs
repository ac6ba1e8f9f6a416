//! One attempt after the other: so long as nobody knows whether an attempt fails, the next one on the same subject waits. Then
//! failures are counted when they are failures, and many attempts at once are still no way around the limit.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// The subjects of attempts that are under way.
#[derive(Clone, Debug, Default)]
pub struct AttemptLocks(Arc<Mutex<HashMap<String, Arc<AsyncMutex<()>>>>>);

/// The right to the one attempt on a subject that is under way. It ends when this is dropped.
#[derive(Debug)]
pub struct AttemptLock {
    locks: AttemptLocks,
    subject: String,
    guard: Option<OwnedMutexGuard<()>>,
}

impl AttemptLocks {
    /// Waits for those who came before.
    pub async fn acquire(&self, subject: &str) -> AttemptLock {
        let mutex = self.lock().entry(subject.to_owned()).or_default().clone();
        // Made before waiting, so that the subject is let go also if nobody waits to the end.
        let mut lock = AttemptLock { locks: self.clone(), subject: subject.to_owned(), guard: None };
        lock.guard = Some(mutex.lock_owned().await);
        lock
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<AsyncMutex<()>>>> {
        // The map is whole after every statement: there is nothing to be poisoned.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AttemptLock {
    fn drop(&mut self) {
        drop(self.guard.take());
        let mut subjects = self.locks.lock();
        // Whoever waits holds a clone, and clones are made under this lock only.
        if subjects.get(&self.subject).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            subjects.remove(&self.subject);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    const AT_ONCE: Duration = Duration::ZERO;

    #[tokio::test]
    async fn attempts_on_a_subject_wait_for_each_other_and_not_for_others() {
        let attempt_locks = AttemptLocks::default();
        let first = attempt_locks.acquire("a").await;
        assert!(timeout(AT_ONCE, attempt_locks.acquire("a")).await.is_err());
        assert!(timeout(AT_ONCE, attempt_locks.acquire("b")).await.is_ok());
        drop(first);
        assert!(timeout(AT_ONCE, attempt_locks.acquire("a")).await.is_ok());
    }

    #[tokio::test]
    async fn nothing_is_kept_of_attempts_that_are_over() {
        let attempt_locks = AttemptLocks::default();
        let first = attempt_locks.acquire("a").await;
        let waiting = Box::pin(attempt_locks.acquire("a"));
        assert!(timeout(AT_ONCE, waiting).await.is_err(), "and goes away");
        drop(first);
        assert!(attempt_locks.lock().is_empty());
    }
}
