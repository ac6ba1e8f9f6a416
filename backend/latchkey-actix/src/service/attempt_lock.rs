//! Serialises attempts on the same subject: an attempt waits until the outcome of the one before it has been counted. So concurrent
//! attempts cannot bypass the limit, and only real failures are counted.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// The locks of all subjects that have attempts in progress.
#[derive(Clone, Debug, Default)]
pub struct AttemptLocks(Arc<Mutex<HashMap<String, Arc<AsyncMutex<()>>>>>);

/// The exclusive right to an attempt on a subject, until it is dropped.
#[derive(Debug)]
pub struct AttemptLock {
    locks: AttemptLocks,
    subject: String,
    guard: Option<OwnedMutexGuard<()>>,
}

impl AttemptLocks {
    /// Waits for earlier attempts on the subject, then locks it.
    pub async fn acquire(&self, subject: &str) -> AttemptLock {
        let mutex = self.lock().entry(subject.to_owned()).or_default().clone();
        // Created before waiting, so that dropping this future removes the subject.
        let mut lock = AttemptLock { locks: self.clone(), subject: subject.to_owned(), guard: None };
        lock.guard = Some(mutex.lock_owned().await);
        lock
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<AsyncMutex<()>>>> {
        // Every statement leaves the map consistent, so a poisoned lock is harmless.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AttemptLock {
    fn drop(&mut self) {
        drop(self.guard.take());
        let mut subjects = self.locks.lock();
        // Waiters hold clones, and clones are made only under this lock.
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
    async fn attempts_wait_for_earlier_ones_on_the_same_subject_only() {
        let attempt_locks = AttemptLocks::default();
        let first = attempt_locks.acquire("a").await;
        assert!(timeout(AT_ONCE, attempt_locks.acquire("a")).await.is_err());
        assert!(timeout(AT_ONCE, attempt_locks.acquire("b")).await.is_ok());
        drop(first);
        assert!(timeout(AT_ONCE, attempt_locks.acquire("a")).await.is_ok());
    }

    #[tokio::test]
    async fn finished_attempts_leave_no_locks_behind() {
        let attempt_locks = AttemptLocks::default();
        let first = attempt_locks.acquire("a").await;
        let waiting = Box::pin(attempt_locks.acquire("a"));
        assert!(timeout(AT_ONCE, waiting).await.is_err(), "the waiter is dropped");
        drop(first);
        assert!(attempt_locks.lock().is_empty());
    }
}
