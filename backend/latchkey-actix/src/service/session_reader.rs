//! Reads a session for a check. If its deadline has passed, the end is written before anybody hears of it: what was told to
//! have ended stays ended, whatever other servers, other settings or late writes would make of it.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{pending_activity::PendingActivity, read_limiter::ReadLimiter};
use crate::{
    cache::{cached_session::CachedSession, session_cache::LookupResult},
    clock::{Clock, Monotonic},
    domain::lifetimes::Lifetimes,
    store::{SessionRecord, Store, StoreError, TokenHash},
};

/// How long one read may take.
const READ_TIMEOUT: Duration = Duration::from_secs(1);

/// How long writing an end may take before the answer is that nobody can tell.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// How often a session is read again because its deadline was moved meanwhile.
const MAX_TRIES: u32 = 3;

/// Reads sessions from a store.
pub struct SessionReader {
    /// The store.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How long sessions live.
    pub lifetimes: Lifetimes,
    /// What users did that the store does not know yet.
    pub activity: Arc<PendingActivity>,
    /// How many read at once.
    pub read_limiter: ReadLimiter,
}

impl SessionReader {
    /// The session of a token and when it was read. If it is over, it has been written down as ended.
    pub async fn read(self: Arc<Self>, token: TokenHash) -> (Monotonic, LookupResult) {
        let mut read_at = Monotonic::now();
        let record = self.read_and_end_overdue(token, &mut read_at).await;
        (read_at, record.map(|record| record.map(|record| Arc::new(CachedSession::from(record)))))
    }

    async fn read_and_end_overdue(
        &self,
        token: TokenHash,
        at: &mut Monotonic,
    ) -> Result<Option<SessionRecord>, StoreError> {
        for _ in 0..MAX_TRIES {
            // Noted before the read: while the store is read, it may be written and not be noted any more.
            let recorded = self.activity.last_seen(&token, Timestamp::MIN);
            let Some(mut record) = self.read_once(token, at).await? else { return Ok(None) };
            if record.ended.is_some() {
                return Ok(Some(record));
            }
            // The instant may still be on its way to the store.
            record.last_seen_at = self.activity.last_seen(&token, recorded.max(record.last_seen_at));
            let now = self.clock.now();
            if self.lifetimes.end_reason(&record, now).is_none() {
                return Ok(Some(record));
            }
            let end = self.store.end_overdue(&token, self.lifetimes.limits(now));
            if let Some(reason) = with_timeout(WRITE_TIMEOUT, end).await? {
                return Ok(Some(SessionRecord { ended: Some(reason), ..record }));
            }
        }
        Err(StoreError("the session's deadline was moved each time that it was read".into()))
    }

    async fn read_once(&self, token: TokenHash, at: &mut Monotonic) -> Result<Option<SessionRecord>, StoreError> {
        let _permit = self.read_limiter.acquire().await?;
        *at = Monotonic::now();
        with_timeout(READ_TIMEOUT, self.store.session(&token)).await
    }
}

async fn with_timeout<T>(
    timeout: Duration,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(timeout, answer).await.unwrap_or_else(|late| Err(StoreError(late.into())))
}
