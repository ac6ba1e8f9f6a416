//! Keeps the cache consistent with the store: polls the feed, removes changed sessions, and renews the lease.

use std::{convert::Infallible, pin::pin, time::Duration};

use super::session_cache::SessionCache;
use crate::{
    clock::{Clock, Monotonic},
    store::{ChangeFeed, SessionSource, StoreError},
};

/// Interval of polls, and so how long a session that another process ended normally still passes. Sessions that this process ends are
/// removed at once.
const POLL_EVERY: Duration = Duration::from_millis(50);

/// Longest time for a poll before its feed is replaced. The lease does not depend on it.
const POLL_TIMEOUT: Duration = Duration::from_secs(2);

/// In how many timers a time-out is split; see [`in_time`].
const TIMEOUT_SLICES: u32 = 4;

/// Pause before a failed feed is opened again.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Follows a store for as long as the future is polled, and sets the clock to the store's time.
pub async fn follow(cache: &SessionCache, store: &dyn SessionSource, clock: &dyn Clock) -> Infallible {
    let mut lost = false;
    loop {
        let Err(error) = follow_feed(cache, store, clock, &mut lost).await;
        if !std::mem::replace(&mut lost, true) {
            tracing::warn!(%error, "cannot follow the store's changes: checks query the store");
        }
        tokio::time::sleep(BACK_OFF).await;
    }
}

/// Follows one feed until it fails. The cache is emptied first, because changes before the feed was opened are unknown.
async fn follow_feed(
    cache: &SessionCache,
    store: &dyn SessionSource,
    clock: &dyn Clock,
    lost: &mut bool,
) -> Result<Infallible, StoreError> {
    let mut feed = in_time(store.feed()).await?;
    cache.invalidate_all();
    let mut wait = Duration::ZERO;
    loop {
        renew(cache, &mut *feed, clock, wait).await?;
        wait = poll_every(cache.staleness());
        if std::mem::take(lost) {
            tracing::info!("the store's changes are followed again");
        }
    }
}

/// The interval of polls: short enough that the lease does not run out between two of them.
fn poll_every(staleness: Duration) -> Duration {
    if staleness.is_zero() { POLL_EVERY } else { POLL_EVERY.min(staleness / 4) }
}

async fn renew(
    cache: &SessionCache,
    feed: &mut dyn ChangeFeed,
    clock: &dyn Clock,
    wait: Duration,
) -> Result<(), StoreError> {
    let batch = in_time(feed.next(wait)).await?;
    if let Some(now) = batch.now {
        clock.synchronise(now, batch.as_of);
    }
    cache.apply(&batch.changed);
    if !wait.is_zero() && !cache.staleness().is_zero() && !cache.has_lease(Monotonic::now()) {
        tracing::warn!(
            "the store's changes came late, or the process was suspended: checks queried the store meanwhile"
        );
    }
    cache.renew_lease(batch.as_of);
    Ok(())
}

/// Awaits an answer with a time-out. The time-out is split into several timers, because a process that was suspended finds the current
/// timer expired when it resumes. One expired timer must not replace the feed, which would empty the cache.
async fn in_time<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let mut answer = pin!(answer);
    for _ in 0..TIMEOUT_SLICES {
        if let Ok(answer) = tokio::time::timeout(POLL_TIMEOUT / TIMEOUT_SLICES, &mut answer).await {
            return answer;
        }
    }
    Err(StoreError("the store took too long to report its changes".into()))
}

#[cfg(test)]
mod tests;
