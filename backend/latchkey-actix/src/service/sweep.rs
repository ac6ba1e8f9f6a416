//! Deletes rows past their retention: ended sessions, failed log-ins, devices, audit events. It works in small batches with pauses, so that a
//! log-in never waits for it, however many rows there are.

use std::time::Duration;

use jiff::Timestamp;

use super::{DEVICE_RETENTION, SessionService};
use crate::{
    clock::Stopwatch,
    domain::{lifetimes::before, throttle},
    store::StoreError,
};

/// Most rows in one write, which then takes a few milliseconds, also with a million rows in the store.
const BATCH_SIZE: u32 = 50;

/// The pause after a batch, as a multiple of the time that the batch took; other writes go first during it.
const PAUSE_FACTOR: u32 = 4;

/// How long rows are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Ended and expired sessions.
    pub sessions: Duration,
    /// Audit events.
    pub audit: Duration,
}

impl SessionService {
    /// Writes the ends of sessions past their deadline, deletes rows past their retention, and returns how many were deleted.
    ///
    /// # Errors
    /// The store did not answer; batches that were deleted before stay deleted.
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

    /// Counts a sweep in the metrics: its outcome, and how many rows it deleted.
    pub fn count_sweep(&self, outcome: &'static str, rows: u64) {
        self.metrics.count_sweep(outcome, rows);
    }

    /// Frees the memory of client addresses whose log-in quota is full again.
    pub fn forget_full_quotas(&self) {
        self.address_limit.sweep();
        self.rejection_audit_limit.sweep();
    }

    /// The newest instant in the store, to compare the clock with; `None` if the store is empty.
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
