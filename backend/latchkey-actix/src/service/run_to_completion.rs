//! Work that must not be cancelled half-way. A server drops a request's future when the client disconnects; what follows a write,
//! above all invalidating the cache, must still run.

use std::{future, panic};

use tracing::Instrument;

/// Runs a future to completion in a task of its own, also if the caller is dropped. A panic is passed on to the caller.
pub async fn run_to_completion<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(work.in_current_span()).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => panic::resume_unwind(panic),
            // The task was cancelled because the runtime shuts down; so is the caller.
            Err(_) => future::pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use tokio::{sync::Notify, time::timeout};

    use super::*;

    #[tokio::test]
    async fn work_goes_on_when_its_caller_is_dropped() {
        let (go, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let work = {
            let (go, done) = (go.clone(), done.clone());
            async move {
                go.notified().await;
                done.notify_one();
            }
        };
        assert!(timeout(Duration::ZERO, run_to_completion(work)).await.is_err());
        go.notify_one();
        timeout(Duration::from_secs(10), done.notified()).await.unwrap();
    }
}
