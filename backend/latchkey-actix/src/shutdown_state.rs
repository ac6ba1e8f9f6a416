//! How far a server has got with stopping: what its requests and its background tasks know of it.

use tokio::sync::watch;

/// How far the server has got with stopping.
#[derive(Debug, Default)]
pub struct ShutdownState(watch::Sender<Stage>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
enum Stage {
    #[default]
    Serving,
    Draining,
    Ending,
}

impl ShutdownState {
    /// From now on `/readyz` says no. Requests are answered as ever, and event streams stay open.
    pub fn begin(&self) {
        self.0.send_if_modified(|stage| (*stage == Stage::Serving).then(|| *stage = Stage::Draining).is_some());
    }

    /// Ends all event streams: the last thing that a server does.
    pub fn end_streams(&self) {
        self.0.send_replace(Stage::Ending);
    }

    /// Returns when event streams have to end.
    pub async fn streams_must_end(&self) {
        // The sender is here: it cannot be gone.
        let _ = self.0.subscribe().wait_for(|stage| *stage == Stage::Ending).await;
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow() > Stage::Serving
    }
}
