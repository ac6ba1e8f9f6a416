//! Polls until a condition holds or a time limit is over.

use std::{fmt::Debug, time::Duration};

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep, timeout};

/// The default time limit of a wait.
pub const TIMEOUT: Duration = Duration::from_secs(15);
/// The pause between two polls.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Calls `poll` until its result meets a condition, and returns that result. Errors of `poll` are retried.
///
/// # Errors
/// The wait times out; the error holds the last result.
pub async fn eventually<T: Debug>(
    what: &str,
    poll: impl AsyncFnMut() -> Result<T>,
    wanted: impl Fn(&T) -> bool,
) -> Result<T> {
    eventually_within(TIMEOUT, what, poll, wanted).await
}

/// [`eventually`] with a time limit of its own.
///
/// # Errors
/// The wait times out; the error holds the last result.
pub async fn eventually_within<T: Debug>(
    limit: Duration,
    what: &str,
    mut poll: impl AsyncFnMut() -> Result<T>,
    wanted: impl Fn(&T) -> bool,
) -> Result<T> {
    let mut last = None;
    let polling = async {
        loop {
            // A poll may fail while a page is being replaced or a server starts.
            match poll().await {
                Ok(seen) if wanted(&seen) => return seen,
                other => last = Some(other),
            }
            sleep(POLL_INTERVAL).await;
        }
    };
    match timeout(limit, polling).await {
        Ok(seen) => Ok(seen),
        Err(_) => match last {
            Some(Ok(seen)) => bail!("waited {limit:?} for {what}; last result: {seen:#?}"),
            Some(Err(error)) => Err(error.context(format!("waited {limit:?} for {what}"))),
            None => bail!("waited {limit:?} for {what}; the first poll did not finish"),
        },
    }
}

/// Measures how long a browser or a server takes.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "other processes run by real time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
