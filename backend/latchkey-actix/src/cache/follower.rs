//! Keeps the cache true to the store: forgets what changes there, and renews the lease each time.

use std::{convert::Infallible, pin::pin, time::Duration};

use super::session_cache::SessionCache;
use crate::{
    clock::Monotonic,
    store::{ChangeFeed, SessionSource, StoreError},
};

/// How often the store is asked for changes: how long a session that was ended by another process can typically still pass.
/// What this process ends is forgotten at once.
const POLL_EVERY: Duration = Duration::from_millis(50);

/// How long a poll may take before its feed is given up. The lease does not depend on it.
const POLL_TIMEOUT: Duration = Duration::from_secs(2);

const PIECES: u32 = 4;

/// How long to wait before a feed that failed is opened again.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Follows a store for as long as it is polled.
pub async fn follow(cache: &SessionCache, store: &dyn SessionSource) -> Infallible {
    let mut lost = false;
    loop {
        let Err(error) = follow_feed(cache, store, &mut lost).await;
        if !std::mem::replace(&mut lost, true) {
            tracing::warn!(%error, "cannot follow the store's changes: checks will ask the store");
        }
        tokio::time::sleep(BACK_OFF).await;
    }
}

/// Follows one feed until it fails. What was remembered before it was opened may have changed unnoticed.
async fn follow_feed(
    cache: &SessionCache,
    store: &dyn SessionSource,
    lost: &mut bool,
) -> Result<Infallible, StoreError> {
    let mut feed = in_time(store.feed()).await?;
    cache.invalidate_all();
    let mut wait = Duration::ZERO;
    loop {
        renew(cache, &mut *feed, wait).await?;
        wait = poll_every(cache.staleness());
        if std::mem::take(lost) {
            tracing::info!("the store's changes are followed again");
        }
    }
}

/// Often enough for the lease never to run out while all is well.
fn poll_every(staleness: Duration) -> Duration {
    if staleness.is_zero() { POLL_EVERY } else { POLL_EVERY.min(staleness / 4) }
}

async fn renew(cache: &SessionCache, feed: &mut dyn ChangeFeed, wait: Duration) -> Result<(), StoreError> {
    let batch = in_time(feed.next(wait)).await?;
    cache.apply(&batch.changed);
    if !wait.is_zero() && !cache.staleness().is_zero() && !cache.has_lease(Monotonic::now()) {
        tracing::warn!("the store's changes came late, or the process was stopped: checks asked the store meanwhile");
    }
    cache.renew_lease(batch.as_of);
    Ok(())
}

/// Gives up an answer that takes too long. The time is cut into pieces, because a process that was stopped finds any one timer
/// run out when it goes on; that is no reason to give up a feed, and with it all that is remembered.
async fn in_time<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let mut answer = pin!(answer);
    for _ in 0..PIECES {
        if let Ok(answer) = tokio::time::timeout(POLL_TIMEOUT / PIECES, &mut answer).await {
            return answer;
        }
    }
    Err(StoreError("the store took too long to report its changes".into()))
}

#[cfg(test)]
mod tests;
