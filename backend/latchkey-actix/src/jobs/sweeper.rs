//! Deletes what need not be kept any longer: old tombstones, forgotten failures, old audit events. In small batches with
//! pauses between them, so that a log-in never waits for it, however much there is.

use std::{convert::Infallible, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::clock_guard::ClockGuard;
use crate::{
    clock::{Monotonic, Stopwatch},
    domain::throttle,
    service::{DEVICES_KEPT_FOR, SessionService},
    store::StoreError,
};

/// How many rows one write deletes: a few milliseconds of the store's time, also in a store with a million.
const BATCH: u32 = 50;

/// Others have the store to themselves between two batches for so many times as long as a batch took.
const PAUSE: u32 = 4;

/// How long things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Ended and expired sessions.
    pub sessions: Duration,
    /// Audit events.
    pub audit: Duration,
}

/// Sweeps the store of a service from time to time.
pub struct Sweeper {
    service: Arc<SessionService>,
    retention: Retention,
    clock_guard: Option<ClockGuard>,
}

impl Sweeper {
    /// A sweeper that has not swept yet.
    #[must_use]
    pub fn new(service: Arc<SessionService>, retention: Retention) -> Self {
        Self { service, retention, clock_guard: None }
    }

    /// Sweeps for as long as it is polled, every so often, give or take a quarter: several servers on one store need not do
    /// it at the same time.
    pub async fn run(mut self, every: Duration) -> Infallible {
        // Before anybody writes by a clock that may have jumped while the server was off.
        if let Err(error) = self.clock_guard(Monotonic::now()).await {
            tracing::warn!(%error, "cannot compare the clock with the store");
        }
        loop {
            tokio::time::sleep(jittered(every)).await;
            match self.tick(Monotonic::now()).await {
                Ok(0) => {}
                Ok(swept) => tracing::info!(swept, "deleted what need not be kept"),
                Err(error) => tracing::warn!(%error, "cannot sweep the store"),
            }
        }
    }

    /// What the clock is compared with. It begins with the newest instant in the store.
    async fn clock_guard(&mut self, at: Monotonic) -> Result<&mut ClockGuard, StoreError> {
        let guard = match self.clock_guard {
            Some(guard) => guard,
            None => {
                let newest = self.service.store.newest_instant().await?;
                ClockGuard::new(newest, self.service.clock.now(), at)
            }
        };
        Ok(self.clock_guard.insert(guard))
    }

    /// Sweeps once and says how much was deleted: nothing, if the clock is further ahead of the newest instant in the store than
    /// the time that has passed since explains.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn tick(&mut self, at: Monotonic) -> Result<u64, StoreError> {
        self.service.address_limit.sweep();
        self.service.refusal_log_limit.sweep();
        let now = self.service.clock.now();
        let guard = self.clock_guard(at).await?;
        if !guard.believes(now, at) {
            let why = "the clock is ahead of the newest instant in the store: nothing is deleted until it has been so for a day";
            tracing::warn!(%now, "{why}");
            return Ok(0);
        }
        sweep(&self.service, self.retention).await
    }
}

/// Writes down what ended by time, deletes all that is old now, and says how much it deleted.
///
/// # Errors
/// The store did not answer; what it deleted before that stays deleted.
pub async fn sweep(service: &SessionService, retention: Retention) -> Result<u64, StoreError> {
    let now = service.clock.now();
    let store = &service.store;
    let mut swept = 0;
    loop {
        let stopwatch = Stopwatch::start();
        service.reader.activity.flush(&**store).await?;
        let ended = store.end_all_overdue(service.lifetimes.limits(now), BATCH).await?;
        let batch = store.sweep_sessions(before(now, retention.sessions), BATCH).await?
            + store.sweep_attempts(before(now, throttle::FORGET_AFTER), BATCH).await?
            + store.sweep_devices(before(now, DEVICES_KEPT_FOR), BATCH).await?
            + store.sweep_audit(before(now, retention.audit), BATCH).await?;
        if batch + ended == 0 {
            return Ok(swept);
        }
        swept += batch;
        tokio::time::sleep(stopwatch.elapsed() * PAUSE).await;
    }
}

fn before(now: Timestamp, age: Duration) -> Timestamp {
    let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
    now.saturating_sub(age).unwrap_or(Timestamp::MIN)
}

/// Between three and five quarters of a duration. Without randomness, the duration.
fn jittered(duration: Duration) -> Duration {
    let mut byte = [128];
    let _ = getrandom::fill(&mut byte);
    duration.mul_f64(0.75 + f64::from(byte[0]) / 512.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_varies_by_a_quarter() {
        for _ in 0..100 {
            let pause = jittered(Duration::from_secs(100));
            assert!((Duration::from_secs(75)..Duration::from_secs(125)).contains(&pause), "{pause:?}");
        }
    }
}
