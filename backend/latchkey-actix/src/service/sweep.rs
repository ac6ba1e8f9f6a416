//! Deletes what need not be kept any longer: old ended sessions, old failures, old audit events. It does so in small batches with
//! pauses between them, so that a log-in never waits for it, however many rows there are.

use std::time::Duration;

use jiff::Timestamp;

use super::{DEVICE_RETENTION, SessionService};
use crate::{
    clock::Stopwatch,
    domain::{lifetimes::before, throttle},
    store::StoreError,
};

/// How many rows one write deletes: a few milliseconds of the store's time, also in a store with a million.
const BATCH_SIZE: u32 = 50;

/// The pause after a batch, as a multiple of the time that the batch took, in which others have the store to themselves.
const PAUSE_FACTOR: u32 = 4;

/// How long things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Ended and expired sessions.
    pub sessions: Duration,
    /// Audit events.
    pub audit: Duration,
}

impl SessionService {
    /// Writes the ends of sessions whose deadline has passed, deletes all that is older than the retention, and returns how many
    /// rows were deleted.
    ///
    /// # Errors
    /// The store did not answer; what was deleted before that stays deleted.
    pub async fn sweep(&self, retention: Retention) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let mut swept = 0;
        loop {
            let stopwatch = Stopwatch::start();
            self.reader.activity.flush(&*self.store).await?;
            let ended = self.store.end_all_overdue(self.lifetimes.limits(now), BATCH_SIZE).await?;
            let batch = self.store.sweep_sessions(before(now, retention.sessions), BATCH_SIZE).await?
                + self.store.sweep_attempts(before(now, throttle::FORGET_AFTER), BATCH_SIZE).await?
                + self.store.sweep_devices(before(now, DEVICE_RETENTION), BATCH_SIZE).await?
                + self.store.sweep_audit(before(now, retention.audit), BATCH_SIZE).await?;
            if batch + ended == 0 {
                return Ok(swept);
            }
            swept += batch;
            tokio::time::sleep(stopwatch.elapsed() * PAUSE_FACTOR).await;
        }
    }

    /// Frees the memory of client addresses whose log-in quota is full again.
    pub fn forget_full_quotas(&self) {
        self.address_limit.sweep();
        self.refusal_log_limit.sweep();
    }

    /// The newest instant that the store holds: what a clock can be compared with.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn newest_instant(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.newest_instant().await
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
