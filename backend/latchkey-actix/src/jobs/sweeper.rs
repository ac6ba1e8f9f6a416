//! Sweeps the store periodically, except while the clock is implausible.

use std::{convert::Infallible, sync::Arc, time::Duration};

use super::clock_guard::ClockGuard;
use crate::{
    clock::Monotonic,
    service::{SessionService, sweep::Retention},
    store::StoreError,
};

/// Sweeps the store of a service periodically.
pub struct Sweeper {
    service: Arc<SessionService>,
    retention: Retention,
    clock_guard: Option<ClockGuard>,
}

impl Sweeper {
    /// Creates a sweeper; [`run`](Self::run) starts it.
    #[must_use]
    pub fn new(service: Arc<SessionService>, retention: Retention) -> Self {
        Self { service, retention, clock_guard: None }
    }

    /// Sweeps every `every`, varied by up to a quarter, for as long as the future is polled. The variation keeps several servers on one store
    /// from sweeping at the same time.
    pub async fn run(mut self, every: Duration) -> Infallible {
        // Read the newest instant before this server writes: its clock may have jumped while it was off.
        if let Err(error) = self.clock_guard(Monotonic::now()).await {
            tracing::warn!(%error, "cannot compare the clock with the store");
        }
        loop {
            tokio::time::sleep(jittered(every)).await;
            match self.tick(Monotonic::now()).await {
                Ok(0) => {}
                Ok(swept) => tracing::info!(swept, "deleted rows past their retention"),
                Err(error) => tracing::warn!(%error, "cannot sweep the store"),
            }
        }
    }

    /// The clock guard, which is created on first use from the newest instant in the store.
    async fn clock_guard(&mut self, at: Monotonic) -> Result<&mut ClockGuard, StoreError> {
        let guard = match self.clock_guard {
            Some(guard) => guard,
            None => {
                let newest = self.service.newest_instant().await?;
                ClockGuard::new(newest, self.service.now(), at)
            }
        };
        Ok(self.clock_guard.insert(guard))
    }

    /// Sweeps once and returns how many rows were deleted: none while the clock is further ahead of the newest instant in the store than
    /// the time since then explains.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn tick(&mut self, at: Monotonic) -> Result<u64, StoreError> {
        let now = self.service.now();
        self.service.forget_full_quotas();
        let guard = self.clock_guard(at).await?;
        if !guard.accepts(now, at) {
            let why = "the clock is ahead of the newest instant in the store: nothing is deleted until it has been so for a day";
            tracing::warn!(%now, "{why}");
            self.service.count_sweep("refused", 0);
            return Ok(0);
        }
        let swept = self.service.sweep(self.retention).await;
        self.service.count_sweep(if swept.is_ok() { "ok" } else { "error" }, *swept.as_ref().unwrap_or(&0));
        swept
    }
}

/// A random duration between three and five quarters of the given one; the given one if there is no randomness.
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
