//! Reads a session for a check. If its deadline has passed, the end is written to the store before it is reported. So a session
//! that was reported as ended stays ended, also for servers with other settings and for late writes.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{pending_activity::PendingActivity, read_limiter::ReadLimiter};
use crate::{
    cache::{cached_session::CachedSession, session_cache::LookupResult},
    clock::{Clock, Monotonic},
    domain::lifetimes::Lifetimes,
    store::{SessionRecord, Store, StoreError, TokenHash},
};

/// Longest time for one read.
const READ_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest time for writing an end; after it the check answers that the store is unavailable.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// How often a session is read in all if its deadline is moved between the read and the write of its end.
const MAX_READS: u32 = 3;

/// Reads sessions from the store for checks.
pub struct SessionReader {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub lifetimes: Lifetimes,
    /// Activity that has not been written to the store yet.
    pub activity: Arc<PendingActivity>,
    pub read_limiter: ReadLimiter,
}

impl SessionReader {
    /// Reads the session with a token hash, and returns it with the instant of the read. A session past its deadline is returned as
    /// ended, after its end has been written to the store.
    pub async fn read(self: Arc<Self>, token_hash: TokenHash) -> (Monotonic, LookupResult) {
        let mut read_at = Monotonic::now();
        let record = self.read_and_end_overdue(token_hash, &mut read_at).await;
        (read_at, record.map(|record| record.map(|record| Arc::new(CachedSession::from(record)))))
    }

    async fn read_and_end_overdue(
        &self,
        token_hash: TokenHash,
        at: &mut Monotonic,
    ) -> Result<Option<SessionRecord>, StoreError> {
        for _ in 0..MAX_READS {
            // Taken before the read: the background writer may write and remove it during the read.
            let pending = self.activity.last_seen(&token_hash, Timestamp::MIN);
            let Some(mut record) = self.read_once(token_hash, at).await? else { return Ok(None) };
            if record.ended.is_some() {
                return Ok(Some(record));
            }
            // Activity may have been recorded during the read.
            record.last_seen_at = self.activity.last_seen(&token_hash, pending.max(record.last_seen_at));
            let now = self.clock.now();
            if self.lifetimes.end_reason(&record.times(), now).is_none() {
                return Ok(Some(record));
            }
            let end = self.store.end_overdue(&token_hash, self.lifetimes.limits(now));
            if let Some(reason) = with_timeout(WRITE_TIMEOUT, end).await? {
                return Ok(Some(SessionRecord { ended: Some(reason), ..record }));
            }
        }
        Err(StoreError("the session's deadline was moved at every read".into()))
    }

    async fn read_once(&self, token_hash: TokenHash, at: &mut Monotonic) -> Result<Option<SessionRecord>, StoreError> {
        let _permit = self.read_limiter.acquire().await?;
        *at = Monotonic::now();
        with_timeout(READ_TIMEOUT, self.store.session(&token_hash)).await
    }
}

async fn with_timeout<T>(
    timeout: Duration,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(timeout, answer).await.unwrap_or_else(|late| Err(StoreError(late.into())))
}
