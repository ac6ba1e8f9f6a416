//! The cache with reads that the test holds back.

use std::sync::atomic::AtomicUsize;

use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, User, UserId};
use tokio::sync::Semaphore;

use super::*;
use crate::{cache::watchers, store::SessionRecord};

const TOKEN: TokenHash = TokenHash([7; 32]);
const SECOND: Duration = Duration::from_secs(1);

/// A store with one session. It counts reads, and holds them back until the test releases them.
#[derive(Clone)]
struct GatedStore {
    reads: Arc<AtomicUsize>,
    release: Arc<Semaphore>,
    answer: LookupResult,
}

impl GatedStore {
    fn new(answer: LookupResult) -> Self {
        Self { reads: Arc::default(), release: Arc::new(Semaphore::new(0)), answer }
    }

    /// A store that answers at once.
    fn open(answer: LookupResult) -> Self {
        let store = Self::new(answer);
        store.release.add_permits(1000);
        store
    }

    async fn read(self) -> (Monotonic, LookupResult) {
        let read_at = Monotonic::now();
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.release.acquire().await.unwrap().forget();
        (read_at, self.answer)
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    /// Returns when `reads` reads have begun.
    async fn reading(&self, reads: usize) {
        while self.reads() < reads {
            tokio::task::yield_now().await;
        }
    }
}

fn found(ended: Option<EndReason>) -> LookupResult {
    let now = Timestamp::UNIX_EPOCH;
    let record = SessionRecord {
        id: SessionId("s".into()),
        user: User::new(UserId("u".into()), "a@b", "A", 1),
        created_at: now,
        expires_at: Timestamp::MAX,
        last_seen_at: now,
        ip: None,
        user_agent: None,
        remembered: true,
        ended,
    };
    Ok(Some(Arc::new(record.into())))
}

fn cache_for(staleness: Duration, max_age: Option<Duration>) -> Arc<SessionCache> {
    let watchers = Watchers::new(watchers::WatcherLimits { per_session: 1, total: 1 });
    Arc::new(SessionCache::new(CacheLimits { sessions: 10, staleness, max_age }, watchers))
}

/// A cache whose lease runs for the whole test.
fn trusted() -> Arc<SessionCache> {
    let cache = cache_for(1000 * SECOND, None);
    cache.renew_lease(Monotonic::now());
    cache
}

/// The cached session at an instant.
fn cached(cache: &SessionCache, now: Monotonic) -> Option<Arc<CachedSession>> {
    cache.look_at(&TOKEN, now, |_, session| session.clone())
}

async fn ask(cache: &Arc<SessionCache>, store: &GatedStore) -> LookupResult {
    match cached(cache, Monotonic::now()) {
        Some(session) => Ok(Some(session)),
        None => cache.read(TOKEN, || store.clone().read()).await,
    }
}

/// `number` concurrent checks that all begin before the store answers.
async fn all_at_once(cache: &Arc<SessionCache>, store: &GatedStore, number: usize) -> Vec<LookupResult> {
    let asking: Vec<_> = (0..number)
        .map(|_| {
            let (cache, store) = (cache.clone(), store.clone());
            tokio::spawn(async move { ask(&cache, &store).await })
        })
        .collect();
    store.reading(1).await;
    store.release.add_permits(number);
    let mut found = Vec::new();
    for asked in asking {
        found.push(asked.await.unwrap());
    }
    found
}

#[tokio::test]
async fn a_session_is_read_once_until_it_changes() {
    let (cache, store) = (trusted(), GatedStore::open(found(None)));
    for reads in [1, 1, 1] {
        assert!(ask(&cache, &store).await.unwrap().is_some());
        assert_eq!(store.reads(), reads);
    }
    cache.apply(&Changed::Tokens(vec![TOKEN]));
    assert!(ask(&cache, &store).await.unwrap().is_some());
    assert_eq!(store.reads(), 2);
    cache.apply(&Changed::Everything);
    assert!(ask(&cache, &store).await.unwrap().is_some());
    assert_eq!(store.reads(), 3);
}

#[tokio::test]
async fn without_a_running_lease_nothing_is_answered_from_the_cache() {
    let (cache, store) = (cache_for(SECOND, None), GatedStore::open(found(None)));
    assert!(ask(&cache, &store).await.unwrap().is_some());
    let polled_at = Monotonic::now();
    assert!(cached(&cache, polled_at).is_none(), "the store has not been followed yet");
    cache.renew_lease(polled_at);
    assert!(cached(&cache, polled_at).is_some());
    assert!(cached(&cache, polled_at.after(SECOND)).is_none(), "the process was suspended, or the follower hangs");
    cache.renew_lease(polled_at.after(SECOND));
    assert!(cached(&cache, polled_at.after(SECOND)).is_some(), "unchanged sessions stay cached");
}

#[tokio::test]
async fn without_staleness_nothing_is_cached() {
    let (cache, store) = (cache_for(Duration::ZERO, None), GatedStore::open(found(None)));
    for reads in [1, 2, 3] {
        cache.renew_lease(Monotonic::now());
        assert!(ask(&cache, &store).await.unwrap().is_some());
        assert_eq!(store.reads(), reads);
    }
}

#[tokio::test]
async fn a_session_is_read_again_at_its_maximum_age() {
    let (cache, store) = (cache_for(1000 * SECOND, Some(60 * SECOND)), GatedStore::open(found(None)));
    cache.renew_lease(Monotonic::now());
    assert!(ask(&cache, &store).await.unwrap().is_some());
    assert!(cached(&cache, Monotonic::now()).is_some());
    assert!(cached(&cache, Monotonic::now().after(60 * SECOND)).is_none());
}

#[tokio::test]
async fn a_read_from_before_an_end_is_not_cached_after_it() {
    for invalidate in [|cache: &SessionCache| cache.invalidate(&TOKEN), SessionCache::invalidate_all] {
        let (cache, store) = (trusted(), GatedStore::new(found(None)));
        let end = async {
            store.reading(1).await;
            invalidate(&cache);
            store.release.add_permits(1);
        };
        let (read, ()) = tokio::join!(ask(&cache, &store), end);
        assert!(read.unwrap().is_some(), "it was active when it was requested");
        assert!(cached(&cache, Monotonic::now()).is_none());
    }
}

#[tokio::test]
async fn a_check_after_an_end_does_not_join_a_read_from_before_it() {
    let (cache, store) = (trusted(), GatedStore::new(found(None)));
    let after_the_end = GatedStore::open(found(Some(EndReason::SignedOut)));
    let end = async {
        store.reading(1).await;
        cache.invalidate(&TOKEN);
        let found = ask(&cache, &after_the_end).await.unwrap().unwrap();
        store.release.add_permits(1);
        found.ended
    };
    let (_, ended) = tokio::join!(ask(&cache, &store), end);
    assert_eq!(ended, Some(EndReason::SignedOut));
    assert!(cached(&cache, Monotonic::now()).is_none());
}

#[tokio::test]
async fn concurrent_checks_share_one_read_with_a_lease_and_without() {
    let failed = || Err(StoreError("down".into()));
    for cache in [trusted, || cache_for(SECOND, None)] {
        for (answer, ended) in
            [(found(None), false), (found(Some(EndReason::SessionRevoked)), true), (Ok(None), true), (failed(), false)]
        {
            let (cache, store) = (cache(), GatedStore::new(answer.clone()));
            let all = all_at_once(&cache, &store, 50).await;
            assert_eq!(store.reads(), 1, "{answer:?}");
            for found in all {
                assert_eq!(found.is_err(), answer.is_err());
                assert_eq!(found.is_ok_and(|found| found.is_none_or(|found| found.ended.is_some())), ended);
            }
            assert!(cache.reads().is_empty());
        }
    }
}

#[tokio::test]
async fn a_shared_read_is_never_older_than_the_staleness() {
    let (cache, store) = (cache_for(Duration::ZERO, None), GatedStore::new(found(None)));
    let first = tokio::spawn({
        let (cache, store) = (cache.clone(), store.clone());
        async move { ask(&cache, &store).await }
    });
    store.reading(1).await;
    let all = all_at_once(&cache, &store, 50).await;
    assert!(first.await.unwrap().unwrap().is_some() && all.into_iter().all(|found| found.unwrap().is_some()));
    assert_eq!(store.reads(), 2, "the one in flight, and one for all later checks");
}

#[tokio::test]
async fn a_read_goes_on_when_its_callers_are_dropped() {
    let (cache, store) = (trusted(), GatedStore::new(found(None)));
    let gone = tokio::time::timeout(Duration::from_millis(10), ask(&cache, &store)).await;
    assert!(gone.is_err());
    store.release.add_permits(1);
    while cached(&cache, Monotonic::now()).is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.reads(), 1);
}

#[tokio::test]
async fn a_panicking_read_is_an_outage_and_the_next_check_reads_again() {
    let (cache, store) = (trusted(), GatedStore::open(found(None)));
    let panicked = cache.read(TOKEN, || async { panic!("as the test wants it") }).await;
    assert!(panicked.is_err());
    assert!(ask(&cache, &store).await.unwrap().is_some());
}

#[tokio::test]
async fn an_update_does_not_bring_back_an_invalidated_session() {
    let (cache, store) = (trusted(), GatedStore::open(found(None)));
    let old = ask(&cache, &store).await.unwrap().unwrap();
    let new = found(None).unwrap().unwrap();
    cache.update(&TOKEN, &old, &new);
    assert!(Arc::ptr_eq(&cached(&cache, Monotonic::now()).unwrap(), &new));
    cache.invalidate(&TOKEN);
    cache.update(&TOKEN, &new, &old);
    assert!(cached(&cache, Monotonic::now()).is_none());
}
