//! Deeds run to their end once they have begun. A server drops the work on a request when its client goes away; what follows from
//! a write, forgetting what is in memory above all, must not be dropped with it.

use std::{future, panic};

use tracing::Instrument;

/// Runs a deed to its end, also if nobody waits for it any more.
pub async fn run_to_completion<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(work.in_current_span()).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => panic::resume_unwind(panic),
            // The runtime ends, and with it whoever waits here.
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
    async fn a_deed_that_nobody_waits_for_is_done_all_the_same() {
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
