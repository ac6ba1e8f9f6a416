//! One attempt after the other: so long as nobody knows whether an attempt fails, the next one on the same subject waits. Then
//! failures are counted when they are failures, and many attempts at once are still no way around the limit.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// The subjects of attempts that are under way.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<HashMap<String, Arc<AsyncMutex<()>>>>>);

/// The right to the one attempt on a subject that is under way. It ends when this is dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Turns,
    subject: String,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits for those who came before.
    pub async fn take(&self, subject: &str) -> Turn {
        let lock = self.lock().entry(subject.to_owned()).or_default().clone();
        // Made before waiting, so that the subject is let go also if nobody waits to the end.
        let mut turn = Turn { turns: self.clone(), subject: subject.to_owned(), guard: None };
        turn.guard = Some(lock.lock_owned().await);
        turn
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<AsyncMutex<()>>>> {
        // The map is whole after every statement: there is nothing to be poisoned.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.guard.take());
        let mut subjects = self.turns.lock();
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
        let turns = Turns::default();
        let first = turns.take("a").await;
        assert!(timeout(AT_ONCE, turns.take("a")).await.is_err());
        assert!(timeout(AT_ONCE, turns.take("b")).await.is_ok());
        drop(first);
        assert!(timeout(AT_ONCE, turns.take("a")).await.is_ok());
    }

    #[tokio::test]
    async fn nothing_is_kept_of_attempts_that_are_over() {
        let turns = Turns::default();
        let first = turns.take("a").await;
        let waiting = Box::pin(turns.take("a"));
        assert!(timeout(AT_ONCE, waiting).await.is_err(), "and goes away");
        drop(first);
        assert!(turns.lock().is_empty());
    }
}
