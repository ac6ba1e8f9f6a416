//! What users did in their sessions and the store does not know yet. It is written in the background, so that no answer waits
//! for it: not for the disk, and not for whoever holds the store's lock.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::store::{SessionStore, StoreError, TokenHash};

/// How long to wait after a write, so that what many do is written at once.
const BATCH_DELAY: Duration = Duration::from_millis(100);

/// How long to wait after a write that failed.
const BACK_OFF: Duration = Duration::from_secs(1);

/// How many instants one transaction writes.
const BATCH_SIZE: usize = 500;

/// Instants of last activity that are to be written: at most one a session.
#[derive(Debug, Default)]
pub struct PendingActivity {
    pending: Mutex<HashMap<TokenHash, Timestamp>>,
    recorded: Notify,
}

impl PendingActivity {
    /// Has an instant written soon.
    pub fn record(&self, token: TokenHash, at: Timestamp) {
        let mut pending = self.pending();
        let latest = pending.entry(token).or_insert(at);
        *latest = at.max(*latest);
        self.recorded.notify_one();
    }

    /// When a user last did something in a session, which the store knows of until `known`.
    #[must_use]
    pub fn last_seen(&self, token: &TokenHash, known: Timestamp) -> Timestamp {
        self.pending().get(token).map_or(known, |pending| known.max(*pending))
    }

    /// Writes what is noted for as long as it is polled.
    pub async fn run_writer(&self, store: &dyn SessionStore) -> Infallible {
        loop {
            self.recorded.notified().await;
            while let Err(error) = self.flush(store).await {
                tracing::warn!(%error, "cannot write down that sessions are in use");
                tokio::time::sleep(BACK_OFF).await;
            }
            tokio::time::sleep(BATCH_DELAY).await;
        }
    }

    /// Writes all that is noted now.
    ///
    /// # Errors
    /// The store did not answer; what was not written stays noted.
    pub async fn flush(&self, store: &dyn SessionStore) -> Result<(), StoreError> {
        let all: Vec<_> = self.pending().iter().map(|(token, at)| (*token, *at)).collect();
        for batch in all.chunks(BATCH_SIZE) {
            store.touch_sessions(batch).await?;
            let mut pending = self.pending();
            for (token, at) in batch {
                if pending.get(token) == Some(at) {
                    pending.remove(token);
                }
            }
        }
        Ok(())
    }

    fn pending(&self) -> MutexGuard<'_, HashMap<TokenHash, Timestamp>> {
        // The map is whole after every statement: there is nothing to be poisoned.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
