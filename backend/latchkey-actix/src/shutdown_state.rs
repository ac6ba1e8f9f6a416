//! The progress of a shutdown. A signal, the app or a failed task begins it; servers and event streams follow it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tokio::sync::watch;

/// The progress of a shutdown: serving, draining, ending.
#[derive(Debug, Default)]
pub struct ShutdownState {
    stage: watch::Sender<Stage>,
    /// Whether the stage is past serving. Every request reads it.
    has_begun: AtomicBool,
    /// Servers that may still have requests in flight.
    draining_servers: AtomicUsize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
enum Stage {
    #[default]
    Serving,
    Draining,
    Ending,
}

/// Held by a server while it may have requests in flight. When the last guard is dropped after the shutdown has begun, event streams end.
#[derive(Debug)]
pub struct DrainGuard(Arc<ShutdownState>);

impl ShutdownState {
    /// Begins the shutdown: from now on `/readyz` fails. Requests are still answered, each as the last one of its connection, and event
    /// streams stay open.
    pub fn begin(&self) {
        self.has_begun.store(true, Ordering::Relaxed);
        self.stage.send_if_modified(|stage| (*stage == Stage::Serving).then(|| *stage = Stage::Draining).is_some());
    }

    /// Returns when the shutdown has begun.
    pub async fn begun(&self) {
        // `self` owns the sender, so this cannot fail.
        let _ = self.stage.subscribe().wait_for(|stage| *stage > Stage::Serving).await;
    }

    /// Whether the shutdown has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Relaxed)
    }

    /// Registers a server: event streams stay open until its guard is dropped.
    #[must_use]
    pub fn count_server(self: &Arc<Self>) -> DrainGuard {
        self.draining_servers.fetch_add(1, Ordering::Relaxed);
        DrainGuard(self.clone())
    }

    /// Ends all event streams.
    pub fn end_streams(&self) {
        self.has_begun.store(true, Ordering::Relaxed);
        self.stage.send_replace(Stage::Ending);
    }

    /// Returns when event streams must end.
    pub async fn streams_must_end(&self) {
        // `self` owns the sender, so this cannot fail.
        let _ = self.stage.subscribe().wait_for(|stage| *stage == Stage::Ending).await;
    }
}

impl Drop for DrainGuard {
    fn drop(&mut self) {
        if self.0.draining_servers.fetch_sub(1, Ordering::AcqRel) == 1 && self.0.has_begun() {
            self.0.end_streams();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn streams_end_when_the_last_server_has_answered_its_requests() {
        let state = Arc::<ShutdownState>::default();
        drop(state.count_server());
        assert!(state.streams_must_end().now_or_never().is_none(), "a server stopped by itself, without a shutdown");
        let (first, second) = (state.count_server(), state.count_server());
        state.begin();
        drop(first);
        assert!(state.begun().now_or_never().is_some() && state.streams_must_end().now_or_never().is_none());
        drop(second);
        assert!(state.streams_must_end().now_or_never().is_some());
    }
}
