//! Activity that has not been written to the store yet. It is written in the background, so that no request waits for the disk or
//! for the store's write lock.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::store::{SessionStore, StoreError, TokenHash};

/// Pause after a write, so that the activity of many sessions is written at once.
const BATCH_DELAY: Duration = Duration::from_millis(100);

/// Pause after a failed write.
const BACK_OFF: Duration = Duration::from_secs(1);

/// Most sessions in one transaction.
const BATCH_SIZE: usize = 500;

/// The last activity of sessions, not written yet; at most one instant per session.
#[derive(Debug, Default)]
pub struct PendingActivity {
    pending: Mutex<HashMap<TokenHash, Timestamp>>,
    recorded: Notify,
}

impl PendingActivity {
    /// Queues an instant of activity for writing.
    pub fn record(&self, token_hash: TokenHash, at: Timestamp) {
        let mut pending = self.pending();
        let latest = pending.entry(token_hash).or_insert(at);
        *latest = at.max(*latest);
        self.recorded.notify_one();
    }

    /// The last activity of a session: the queued instant or `known`, the later of the two.
    #[must_use]
    pub fn last_seen(&self, token_hash: &TokenHash, known: Timestamp) -> Timestamp {
        self.pending().get(token_hash).map_or(known, |pending| known.max(*pending))
    }

    /// Writes queued activity for as long as the future is polled.
    pub async fn run_writer(&self, store: &dyn SessionStore) -> Infallible {
        loop {
            self.recorded.notified().await;
            while let Err(error) = self.flush(store).await {
                tracing::warn!(%error, "cannot write recorded activity to the store; retrying");
                tokio::time::sleep(BACK_OFF).await;
            }
            tokio::time::sleep(BATCH_DELAY).await;
        }
    }

    /// Writes everything that is queued now.
    ///
    /// # Errors
    /// The store did not answer; what was not written stays queued.
    pub async fn flush(&self, store: &dyn SessionStore) -> Result<(), StoreError> {
        let all: Vec<_> = self.pending().iter().map(|(token_hash, at)| (*token_hash, *at)).collect();
        for batch in all.chunks(BATCH_SIZE) {
            store.touch_sessions(batch).await?;
            let mut pending = self.pending();
            for (token_hash, at) in batch {
                if pending.get(token_hash) == Some(at) {
                    pending.remove(token_hash);
                }
            }
        }
        Ok(())
    }

    fn pending(&self) -> MutexGuard<'_, HashMap<TokenHash, Timestamp>> {
        // Every statement leaves the map consistent, so a poisoned lock is harmless.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
