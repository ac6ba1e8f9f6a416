//! Recently used sessions, so that a check needs no query. For a session that is not cached, concurrent checks share one read.
//!
//! The cache answers only while its lease runs. The [follower](super::follower) renews the lease each time that it has removed all
//! changed sessions. So an end that the cache has not seen yet is younger than the length of the lease, even if the follower hangs or
//! the process was suspended: the lease just runs out.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use quick_cache::sync::{Cache, EntryAction, EntryResult};
use tokio::sync::watch;

use super::{
    cached_session::{CachedSession, PreparedCheck},
    watchers::Watchers,
};
use crate::{
    clock::Monotonic,
    store::{Changed, StoreError, TokenHash},
};

/// The session of a token, if there is one; an error if the store did not answer.
pub type LookupResult = Result<Option<Arc<CachedSession>>, StoreError>;

/// Sessions by token hash; only sessions that had not ended when they were read.
#[derive(Debug)]
pub struct SessionCache {
    sessions: Cache<TokenHash, Entry>,
    /// Reads in flight whose results may still be shared and cached. Every change of `sessions` holds this lock, so that a read from
    /// before an end is not cached after it.
    reads: Mutex<HashMap<TokenHash, Arc<InFlightRead>>>,
    /// When the lease ends, as [`Monotonic::as_nanos`].
    lease_until: AtomicU64,
    created_at: Monotonic,
    limits: CacheLimits,
    watchers: Arc<Watchers>,
}

/// The bounds of a [`SessionCache`].
#[derive(Clone, Copy, Debug)]
pub struct CacheLimits {
    /// Most sessions in the cache.
    pub sessions: usize,
    /// Length of the lease: how out of date a cached answer may be. Zero turns the cache off.
    pub staleness: Duration,
    /// Longest time that a session stays cached without being read again; `None` means no limit. Activity on other servers is not
    /// reported, so under an idle limit this bounds the error of the remaining idle time.
    pub max_age: Option<Duration>,
}

// In this order, what every check reads is side by side.
#[repr(C)]
#[derive(Clone, Debug)]
struct Entry {
    read_at: Monotonic,
    /// A copy of the session's, because a check that reads nothing else waits for memory once.
    check: PreparedCheck,
    session: Arc<CachedSession>,
}

/// A read of the store in progress, which several checks can wait for.
#[derive(Debug)]
struct InFlightRead {
    result: watch::Receiver<Option<(Monotonic, LookupResult)>>,
}

/// Held by the task of a read. When the task ends without a result, dropping this keeps further checks from joining the read.
struct ReadGuard {
    cache: Arc<SessionCache>,
    token_hash: TokenHash,
    read: Arc<InFlightRead>,
}

impl SessionCache {
    /// Creates an empty cache. It answers nothing until [`renew_lease`](Self::renew_lease) is called.
    #[must_use]
    pub fn new(limits: CacheLimits, watchers: Watchers) -> Self {
        Self {
            sessions: Cache::new(limits.sessions),
            reads: Mutex::default(),
            lease_until: AtomicU64::new(0),
            created_at: Monotonic::now(),
            limits,
            watchers: Arc::new(watchers),
        }
    }

    /// The result of `look` at the cached session of a token, if there is one and the lease runs. Others wait meanwhile, and `look` must
    /// not use the cache. With many sessions, waiting for memory takes longer than all else, even for that of the session's count of owners.
    pub fn look_at<T>(
        &self,
        token_hash: &TokenHash,
        now: Monotonic,
        look: impl FnOnce(&PreparedCheck, &Arc<CachedSession>) -> T,
    ) -> Option<T> {
        // Looking for a missing session in its place would lose what the cache remembers of evicted ones.
        if !self.has_lease(now) || !self.sessions.contains_key(token_hash) {
            return None;
        }
        let max_age = self.limits.max_age;
        let found = self.sessions.entry(token_hash, Some(Duration::ZERO), |_, Entry { check, session, read_at }| {
            EntryAction::Retain(max_age.is_none_or(|age| now.since(*read_at) < age).then(|| look(check, session)))
        });
        match found {
            EntryResult::Retained(seen) => seen,
            _ => None,
        }
    }

    /// Whether the lease runs at `now`.
    #[must_use]
    pub fn has_lease(&self, now: Monotonic) -> bool {
        now.as_nanos() < self.lease_until.load(Ordering::Acquire)
    }

    /// Reads the session of a token from the store with `read`, and caches it if it is active. Concurrent calls for a token share one
    /// read and its result. A call never gets an active session that was read before the call and is older than the staleness: then it
    /// reads again.
    pub async fn read<F>(self: &Arc<Self>, token_hash: TokenHash, read: impl Fn() -> F) -> LookupResult
    where
        F: Future<Output = (Monotonic, LookupResult)> + Send + 'static,
    {
        let asked_at = Monotonic::now();
        loop {
            let mut result = self.join(token_hash, &read);
            // The sender is dropped without a result if the runtime shuts down or the read panicked.
            let outcome = result.wait_for(Option::is_some).await.ok().and_then(|result| result.clone());
            let Some((read_at, found)) = outcome else {
                return Err(StoreError("the read was cancelled".into()));
            };
            let active =
                found.as_ref().is_ok_and(|found| found.as_ref().is_some_and(|session| session.ended.is_none()));
            if !active || read_at >= asked_at || Monotonic::now() < read_at.after(self.limits.staleness) {
                return found;
            }
        }
    }

    /// Joins the read of a token that is in flight, or starts one in a task of its own, which goes on when its callers are dropped.
    fn join<F>(
        self: &Arc<Self>,
        token_hash: TokenHash,
        read: impl Fn() -> F,
    ) -> watch::Receiver<Option<(Monotonic, LookupResult)>>
    where
        F: Future<Output = (Monotonic, LookupResult)> + Send + 'static,
    {
        let mut reads = self.reads();
        if let Some(read) = reads.get(&token_hash) {
            return read.result.clone();
        }
        let (send_result, result) = watch::channel(None);
        let entry = Arc::new(InFlightRead { result: result.clone() });
        reads.insert(token_hash, entry.clone());
        drop(reads);
        let guard = ReadGuard { cache: self.clone(), token_hash, read: entry };
        let work = read();
        tokio::spawn(async move {
            let (read_at, found) = work.await;
            guard.cache_result(&found, read_at);
            send_result.send_replace(Some((read_at, found)));
        });
        result
    }

    /// Removes a session that has changed, and notifies its watchers.
    pub fn invalidate(&self, token_hash: &TokenHash) {
        let mut reads = self.reads();
        reads.remove(token_hash);
        self.sessions.remove(token_hash);
        drop(reads);
        self.watchers.notify(token_hash);
    }

    /// Removes all sessions, and notifies all watchers.
    pub fn invalidate_all(&self) {
        let mut reads = self.reads();
        reads.clear();
        self.sessions.clear();
        drop(reads);
        self.watchers.notify_all();
    }

    /// Removes the sessions that have changed, and notifies their watchers.
    pub fn apply(&self, changed: &Changed) {
        match changed {
            Changed::Tokens(tokens) => tokens.iter().for_each(|token_hash| self.invalidate(token_hash)),
            Changed::Everything => self.invalidate_all(),
        }
    }

    /// Renews the lease. The caller has applied every change that was committed before `as_of`.
    pub fn renew_lease(&self, as_of: Monotonic) {
        self.lease_until.store(as_of.after(self.limits.staleness).as_nanos(), Ordering::Release);
    }

    /// The time since the instant up to which all changes of the store are known to have been applied; before the first one, since the
    /// cache was created.
    #[must_use]
    pub fn age(&self, now: Monotonic) -> Duration {
        let lease_until = Duration::from_nanos(self.lease_until.load(Ordering::Acquire));
        let as_of = Monotonic::ZERO.after(lease_until.saturating_sub(self.limits.staleness));
        now.since(as_of.max(self.created_at))
    }

    /// The number of sessions in the cache.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// The most sessions in the cache.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.limits.sessions
    }

    /// Length of the lease: how out of date a cached answer may be.
    #[must_use]
    pub fn staleness(&self) -> Duration {
        self.limits.staleness
    }

    /// Replaces a cached session, unless it was removed or replaced meanwhile.
    pub fn update(&self, token_hash: &TokenHash, old: &Arc<CachedSession>, new: &Arc<CachedSession>) {
        let _reads = self.reads();
        if let Some(Entry { session, read_at, .. }) = self.sessions.peek(token_hash)
            && Arc::ptr_eq(&session, old)
        {
            self.sessions.insert(*token_hash, Entry::new(new.clone(), read_at));
        }
    }

    /// The watchers, which are notified when a session changes.
    #[must_use]
    pub fn watchers(&self) -> &Arc<Watchers> {
        &self.watchers
    }

    fn reads(&self) -> MutexGuard<'_, HashMap<TokenHash, Arc<InFlightRead>>> {
        // Every statement leaves the map consistent, so a poisoned lock is harmless.
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn new(session: Arc<CachedSession>, read_at: Monotonic) -> Self {
        Self { read_at, check: session.check().clone(), session }
    }
}

impl ReadGuard {
    /// Caches the result of the read if it is an active session, unless the session was invalidated since the read began.
    fn cache_result(&self, found: &LookupResult, read_at: Monotonic) {
        let mut reads = self.cache.reads();
        if !reads.get(&self.token_hash).is_some_and(|read| Arc::ptr_eq(read, &self.read)) {
            return;
        }
        reads.remove(&self.token_hash);
        match found {
            Ok(Some(session)) if session.ended.is_none() && !self.cache.limits.staleness.is_zero() => {
                self.cache.sessions.insert(self.token_hash, Entry::new(session.clone(), read_at));
            }
            Ok(_) => drop(self.cache.sessions.remove(&self.token_hash)),
            Err(_) => {}
        }
    }
}

impl Drop for ReadGuard {
    fn drop(&mut self) {
        let mut reads = self.cache.reads();
        if reads.get(&self.token_hash).is_some_and(|read| Arc::ptr_eq(read, &self.read)) {
            reads.remove(&self.token_hash);
        }
    }
}

#[cfg(test)]
mod tests;
