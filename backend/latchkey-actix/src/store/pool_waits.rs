//! How long calls wait for a connection. A store exists before the server that measures it, so who is told is set later.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use crate::clock::Stopwatch;

/// Called with the name of a pool and the time that a call waited for a connection of it.
pub type WaitObserver = Arc<dyn Fn(&'static str, Duration) + Send + Sync>;

/// What the pools of a store report to, once there is an observer.
#[derive(Clone, Default)]
pub struct PoolWaits(Arc<OnceLock<WaitObserver>>);

impl PoolWaits {
    /// Sets who is told. Of several, it is the first.
    pub fn observe(&self, observer: WaitObserver) {
        let _ = self.0.set(observer);
    }

    /// Awaits a connection of a pool, and reports how long that took, also if there was none.
    pub async fn measure<T>(&self, pool: &'static str, connection: impl Future<Output = T>) -> T {
        let Some(observer) = self.0.get() else { return connection.await };
        let stopwatch = Stopwatch::start();
        let connection = connection.await;
        observer(pool, stopwatch.elapsed());
        connection
    }
}

impl fmt::Debug for PoolWaits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolWaits").finish_non_exhaustive()
    }
}
