//! When the store is swept, and that it is not while the clock cannot be accepted.

use std::{convert::Infallible, sync::Arc, time::Duration};

use super::clock_guard::ClockGuard;
use crate::{
    clock::Monotonic,
    service::{SessionService, sweep::Retention},
    store::StoreError,
};

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
                let newest = self.service.newest_instant().await?;
                ClockGuard::new(newest, self.service.now(), at)
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
        let now = self.service.now();
        self.service.forget_full_quotas();
        let guard = self.clock_guard(at).await?;
        if !guard.accepts(now, at) {
            let why = "the clock is ahead of the newest instant in the store: nothing is deleted until it has been so for a day";
            tracing::warn!(%now, "{why}");
            return Ok(0);
        }
        self.service.sweep(self.retention).await
    }
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
