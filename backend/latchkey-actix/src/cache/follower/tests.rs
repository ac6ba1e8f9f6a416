//! The follower with a scripted feed, on a paused clock.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use jiff::Timestamp;

use super::*;
use crate::{
    cache::{
        session_cache::CacheLimits,
        watchers::{self, Watchers},
    },
    clock::{StoreClock, SystemClock},
    store::{Batch, Changed, SessionRecord, TokenHash},
};

/// The outcome of the next poll.
enum Poll {
    Batch(Monotonic),
    /// A batch with the store's time.
    At(Timestamp),
    Failure,
    Hangs,
}

/// A source whose feeds share one script; after its end they hang.
struct Scripted {
    script: Arc<Mutex<VecDeque<Poll>>>,
    opened: Mutex<u32>,
}

struct ScriptedFeed(Arc<Mutex<VecDeque<Poll>>>);

#[async_trait]
impl SessionSource for Scripted {
    async fn session(&self, _: &TokenHash) -> Result<Option<SessionRecord>, StoreError> {
        Ok(None)
    }

    async fn feed(&self) -> Result<Box<dyn ChangeFeed>, StoreError> {
        *self.opened.lock().unwrap() += 1;
        Ok(Box::new(ScriptedFeed(self.script.clone())))
    }
}

#[async_trait]
impl ChangeFeed for ScriptedFeed {
    async fn next(&mut self, wait: Duration) -> Result<Batch, StoreError> {
        tokio::time::sleep(wait).await;
        let next = self.0.lock().unwrap().pop_front();
        match next {
            Some(Poll::Batch(as_of)) => Ok(Batch { changed: Changed::Tokens(Vec::new()), as_of, now: None }),
            Some(Poll::At(now)) => {
                Ok(Batch { changed: Changed::Tokens(Vec::new()), as_of: Monotonic::now(), now: Some(now) })
            }
            Some(Poll::Failure) => Err(StoreError("as the test wants it".into())),
            Some(Poll::Hangs) | None => std::future::pending().await,
        }
    }
}

const STALENESS: Duration = Duration::from_secs(1);

/// Follows a script for a while, and returns the cache and how many feeds were opened.
async fn follow_for(time: Duration, script: Vec<Poll>) -> (SessionCache, u32) {
    follow_with(&SystemClock, time, script).await
}

async fn follow_with(clock: &dyn Clock, time: Duration, script: Vec<Poll>) -> (SessionCache, u32) {
    let watchers = Watchers::new(watchers::WatcherLimits { per_session: 1, total: 1 });
    let cache = SessionCache::new(CacheLimits { sessions: 10, staleness: STALENESS, max_age: None }, watchers);
    let source = Scripted { script: Arc::new(Mutex::new(script.into())), opened: Mutex::new(0) };
    assert!(tokio::time::timeout(time, follow(&cache, &source, clock)).await.is_err());
    let opened = *source.opened.lock().unwrap();
    (cache, opened)
}

#[tokio::test(start_paused = true)]
async fn the_lease_counts_from_before_the_poll() {
    let asked_at = Monotonic::now();
    let (cache, _) = follow_for(STALENESS, vec![Poll::Batch(asked_at)]).await;
    assert!(cache.has_lease(asked_at));
    assert!(!cache.has_lease(asked_at.after(STALENESS)), "the lease does not depend on when the answer arrived");
}

#[tokio::test(start_paused = true)]
async fn each_poll_sets_the_clock_to_the_stores_time() {
    let clock = StoreClock::default();
    let years = [4_000_000_000, 3_000_000_000].map(|second| Timestamp::from_second(second).unwrap());
    for script in [vec![Poll::At(years[0])], years.map(Poll::At).into()] {
        let last = years[script.len() - 1];
        follow_with(&clock, STALENESS, script).await;
        let difference = clock.now().duration_since(last);
        assert!(difference.abs().as_secs() < 60, "{difference:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_feed_that_fails_is_opened_again() {
    let asked_at = Monotonic::now();
    let batch = |seconds: u32| Poll::Batch(asked_at.after(STALENESS * seconds));
    let (cache, opened) = follow_for(STALENESS, vec![batch(0), Poll::Failure, batch(1), batch(2)]).await;
    assert_eq!(opened, 2);
    assert!(cache.has_lease(asked_at.after(STALENESS * 2)));
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_hangs_is_replaced() {
    let asked_at = Monotonic::now();
    let (cache, opened) = follow_for(POLL_TIMEOUT * 2, vec![Poll::Hangs, Poll::Batch(asked_at)]).await;
    assert_eq!(opened, 2);
    assert!(cache.has_lease(asked_at));
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "tokio's clock is paused")]
async fn an_answer_after_the_process_was_suspended_is_accepted() {
    let started = tokio::time::Instant::now();
    let answer = async {
        // All of the time passes before anything is polled again.
        tokio::time::sleep(Duration::from_millis(10)).await;
        tokio::task::yield_now().await;
        Ok(())
    };
    let stopped = async { tokio::time::advance(POLL_TIMEOUT * 3).await };
    let (answer, ()) = tokio::join!(in_time(answer), stopped);
    assert!(answer.is_ok() && started.elapsed() >= POLL_TIMEOUT * 3);
}
