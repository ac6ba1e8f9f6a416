//! Sessions that were asked for lately, so that a check needs no query; and at most one read at a time of one that is not there.
//!
//! The cache is trusted for as long as its lease runs. The [follower](super::follower) renews it whenever it has forgotten
//! whatever changed, so an end that is not yet known here is younger than the lease is long. Nothing has to notice that the
//! follower hangs, or that the whole process was stopped.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use quick_cache::sync::Cache;
use tokio::sync::watch;

use super::{cached_session::CachedSession, watchers::Watchers};
use crate::{
    clock::Monotonic,
    store::{Changed, StoreError, TokenHash},
};

/// The session of a token, if there is one, or why nobody can tell.
pub type LookupResult = Result<Option<Arc<CachedSession>>, StoreError>;

/// Sessions by the hash of their token; only ones that had not ended when they were read.
#[derive(Debug)]
pub struct SessionCache {
    sessions: Cache<TokenHash, Entry>,
    /// Reads of the store that are under way and may still be shared and remembered. Whoever adds a session to the cache or
    /// forgets one holds this lock, so that no read from before an end is remembered after it.
    reads: Mutex<HashMap<TokenHash, Arc<InFlightRead>>>,
    /// The end of the lease, as [`Monotonic::as_nanos`].
    lease_until: AtomicU64,
    limits: CacheLimits,
    watchers: Arc<Watchers>,
}

/// How much is remembered, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct CacheLimits {
    /// How many sessions.
    pub sessions: usize,
    /// How old an answer from memory may be: how long the lease runs. Zero turns the memory off.
    pub staleness: Duration,
    /// How long a session is remembered although nothing about it was heard. Activity elsewhere is not heard of: with an idle
    /// limit, this is how exactly the rest of it is known.
    pub max_age: Option<Duration>,
}

#[derive(Clone, Debug)]
struct Entry {
    session: Arc<CachedSession>,
    read_at: Monotonic,
}

/// A read of the store that others can wait for.
#[derive(Debug)]
struct InFlightRead {
    result: watch::Receiver<Option<(Monotonic, LookupResult)>>,
}

/// Ends a read whose task goes away before it has an outcome: nobody must join it any more.
struct ReadGuard {
    cache: Arc<SessionCache>,
    token: TokenHash,
    read: Arc<InFlightRead>,
}

impl SessionCache {
    /// An empty cache. Until [`renew_lease`](Self::renew_lease) is called, nothing is answered from it.
    #[must_use]
    pub fn new(limits: CacheLimits, watchers: Watchers) -> Self {
        Self {
            sessions: Cache::new(limits.sessions),
            reads: Mutex::default(),
            lease_until: AtomicU64::new(0),
            limits,
            watchers: Arc::new(watchers),
        }
    }

    /// The session of a token from memory, if it is there and may be trusted.
    #[must_use]
    pub fn get(&self, token: &TokenHash, now: Monotonic) -> Option<Arc<CachedSession>> {
        if !self.has_lease(now) {
            return None;
        }
        let Entry { session, read_at } = self.sessions.get(token)?;
        self.limits.max_age.is_none_or(|age| now.since(read_at) < age).then_some(session)
    }

    /// Whether the lease runs.
    #[must_use]
    pub fn has_lease(&self, now: Monotonic) -> bool {
        now.as_nanos() < self.lease_until.load(Ordering::Acquire)
    }

    /// The session of a token from the store. There is one read of a token at a time, and all who wait for it share what came of
    /// it, whatever it was; but nobody gets an active session from before they asked that is older than the staleness allowed.
    pub async fn read<F>(self: &Arc<Self>, token: TokenHash, read: impl Fn() -> F) -> LookupResult
    where
        F: Future<Output = (Monotonic, LookupResult)> + Send + 'static,
    {
        let asked_at = Monotonic::now();
        loop {
            let mut result = self.join(token, &read);
            // The sender goes away without an outcome if the server stops, or the read panicked.
            let outcome = result.wait_for(Option::is_some).await.ok().and_then(|result| result.clone());
            let Some((read_at, found)) = outcome else {
                return Err(StoreError("the read was given up".into()));
            };
            let active =
                found.as_ref().is_ok_and(|found| found.as_ref().is_some_and(|session| session.ended.is_none()));
            if !active || read_at >= asked_at || Monotonic::now() < read_at.after(self.limits.staleness) {
                return found;
            }
        }
    }

    /// Joins the read of a token that is under way, or starts one. It goes on when those who wait for it go away.
    fn join<F>(
        self: &Arc<Self>,
        token: TokenHash,
        read: impl Fn() -> F,
    ) -> watch::Receiver<Option<(Monotonic, LookupResult)>>
    where
        F: Future<Output = (Monotonic, LookupResult)> + Send + 'static,
    {
        let mut reads = self.reads();
        if let Some(read) = reads.get(&token) {
            return read.result.clone();
        }
        let (send_result, result) = watch::channel(None);
        let entry = Arc::new(InFlightRead { result: result.clone() });
        reads.insert(token, entry.clone());
        drop(reads);
        let guard = ReadGuard { cache: self.clone(), token, read: entry };
        let work = read();
        tokio::spawn(async move {
            let (read_at, found) = work.await;
            guard.remember(&found, read_at);
            send_result.send_replace(Some((read_at, found)));
        });
        result
    }

    /// Forgets a session, because it has changed, and tells those that watch it.
    pub fn invalidate(&self, token: &TokenHash) {
        let mut reads = self.reads();
        reads.remove(token);
        self.sessions.remove(token);
        drop(reads);
        self.watchers.notify(token);
    }

    /// Forgets everything.
    pub fn invalidate_all(&self) {
        let mut reads = self.reads();
        reads.clear();
        self.sessions.clear();
        drop(reads);
        self.watchers.notify_all();
    }

    /// Forgets what has changed.
    pub fn apply(&self, changed: &Changed) {
        match changed {
            Changed::Tokens(tokens) => tokens.iter().for_each(|token| self.invalidate(token)),
            Changed::Everything => self.invalidate_all(),
        }
    }

    /// Renews the lease: whatever was committed before `as_of` has been applied.
    pub fn renew_lease(&self, as_of: Monotonic) {
        self.lease_until.store(as_of.after(self.limits.staleness).as_nanos(), Ordering::Release);
    }

    /// How old an answer from memory may be.
    #[must_use]
    pub fn staleness(&self) -> Duration {
        self.limits.staleness
    }

    /// Replaces a session that is remembered by what is known of it now, unless it was forgotten meanwhile.
    pub fn update(&self, token: &TokenHash, old: &Arc<CachedSession>, new: &Arc<CachedSession>) {
        let _reads = self.reads();
        if let Some(Entry { session, read_at }) = self.sessions.peek(token)
            && Arc::ptr_eq(&session, old)
        {
            self.sessions.insert(*token, Entry { session: new.clone(), read_at });
        }
    }

    /// Who is told when a session changes.
    #[must_use]
    pub fn watchers(&self) -> &Arc<Watchers> {
        &self.watchers
    }

    fn reads(&self) -> MutexGuard<'_, HashMap<TokenHash, Arc<InFlightRead>>> {
        // The map is whole after every statement: there is nothing to be poisoned.
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReadGuard {
    /// Remembers an active session, unless it was forgotten since the read began.
    fn remember(&self, found: &LookupResult, read_at: Monotonic) {
        let mut reads = self.cache.reads();
        if !reads.get(&self.token).is_some_and(|read| Arc::ptr_eq(read, &self.read)) {
            return;
        }
        reads.remove(&self.token);
        match found {
            Ok(Some(session)) if session.ended.is_none() && !self.cache.limits.staleness.is_zero() => {
                self.cache.sessions.insert(self.token, Entry { session: session.clone(), read_at });
            }
            Ok(_) => drop(self.cache.sessions.remove(&self.token)),
            Err(_) => {}
        }
    }
}

impl Drop for ReadGuard {
    fn drop(&mut self) {
        let mut reads = self.cache.reads();
        if reads.get(&self.token).is_some_and(|read| Arc::ptr_eq(read, &self.read)) {
            reads.remove(&self.token);
        }
    }
}

#[cfg(test)]
mod tests;
