//! Notifies event streams when their session may have changed, and bounds the number of streams.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use crate::store::TokenHash;

/// All watchers, by session.
#[derive(Debug)]
pub struct Watchers {
    by_session: Mutex<HashMap<TokenHash, Vec<Arc<Notify>>>>,
    limits: WatcherLimits,
}

/// Bounds on the number of watchers.
#[derive(Clone, Copy, Debug)]
pub struct WatcherLimits {
    /// Most watchers of one session. One browser has the cookie, and one of its tabs watches for all.
    pub per_session: usize,
    /// Most watchers in all.
    pub total: usize,
}

/// Watches a session until it is dropped.
#[derive(Debug)]
pub struct Watch {
    token_hash: TokenHash,
    changed: Arc<Notify>,
    watchers: Arc<Watchers>,
}

/// A bound on the number of watchers is reached.
#[derive(Debug, thiserror::Error)]
#[error("too many event streams are open")]
pub struct TooManyWatchers;

impl Watchers {
    /// Creates an empty set of watchers with these bounds.
    #[must_use]
    pub fn new(limits: WatcherLimits) -> Self {
        Self { by_session: Mutex::default(), limits }
    }

    /// Watches a session from now on.
    ///
    /// # Errors
    /// [`TooManyWatchers`]: of this session or in all.
    pub fn watch(self: &Arc<Self>, token_hash: TokenHash) -> Result<Watch, TooManyWatchers> {
        let mut by_session = self.lock();
        let all: usize = by_session.values().map(Vec::len).sum();
        let of_session = by_session.get(&token_hash).map_or(0, Vec::len);
        if all >= self.limits.total || of_session >= self.limits.per_session {
            return Err(TooManyWatchers);
        }
        let changed = Arc::new(Notify::new());
        by_session.entry(token_hash).or_default().push(changed.clone());
        Ok(Watch { token_hash, changed, watchers: self.clone() })
    }

    /// The number of watchers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().values().map(Vec::len).sum()
    }

    /// The most watchers in all.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limits.total
    }

    /// Notifies the watchers of a session that it may have changed.
    pub fn notify(&self, token_hash: &TokenHash) {
        self.lock().get(token_hash).into_iter().flatten().for_each(|watcher| watcher.notify_one());
    }

    /// Notifies all watchers that any session may have changed.
    pub fn notify_all(&self) {
        self.lock().values().flatten().for_each(|watcher| watcher.notify_one());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TokenHash, Vec<Arc<Notify>>>> {
        // Every statement leaves the map consistent, so a poisoned lock is harmless.
        self.by_session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    /// Returns when the session may have changed since the watch began or since this method last returned.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut by_session = self.watchers.lock();
        if let Some(watchers) = by_session.get_mut(&self.token_hash) {
            watchers.retain(|watcher| !Arc::ptr_eq(watcher, &self.changed));
            if watchers.is_empty() {
                by_session.remove(&self.token_hash);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: TokenHash = TokenHash([1; 32]);
    const B: TokenHash = TokenHash([2; 32]);

    fn watchers(per_session: usize, total: usize) -> Arc<Watchers> {
        Arc::new(Watchers::new(WatcherLimits { per_session, total }))
    }

    #[tokio::test]
    async fn a_watcher_is_notified_of_its_session_also_before_it_waits() {
        let watchers = watchers(2, 9);
        let (first, second, other) =
            (watchers.watch(A).unwrap(), watchers.watch(A).unwrap(), watchers.watch(B).unwrap());
        watchers.notify(&A);
        tokio::join!(first.changed(), second.changed());
        tokio::select! {
            biased;
            () = other.changed() => panic!("it is another session"),
            () = std::future::ready(()) => {}
        }
        watchers.notify_all();
        tokio::join!(first.changed(), second.changed(), other.changed());
    }

    #[test]
    fn the_number_of_watchers_is_bounded_and_dropped_ones_free_their_place() {
        let watchers = watchers(1, 2);
        let first = watchers.watch(A).unwrap();
        assert!(watchers.watch(A).is_err(), "of the session");
        let _second = watchers.watch(B).unwrap();
        assert!(watchers.watch(TokenHash([3; 32])).is_err(), "in all");
        drop(first);
        assert!(watchers.watch(A).is_ok());
        assert_eq!(watchers.lock().len(), 1);
    }
}
