//! Waiting: for a condition, with a deadline, and never for a time alone.

use std::{fmt::Debug, time::Duration};

use anyhow::{Result, bail};
use tokio::time::{sleep, timeout};

/// How long anything may take before it counts as never happening.
pub const TIMEOUT: Duration = Duration::from_secs(15);
/// The pause between two looks.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Looks again and again until what is seen is as it should be.
///
/// # Errors
/// It never was; with what was seen last.
pub async fn eventually<T: Debug>(
    what: &str,
    poll: impl AsyncFnMut() -> Result<T>,
    wanted: impl Fn(&T) -> bool,
) -> Result<T> {
    eventually_within(TIMEOUT, what, poll, wanted).await
}

/// The same for what takes longer by its nature.
///
/// # Errors
/// It never was; with what was seen last.
pub async fn eventually_within<T: Debug>(
    limit: Duration,
    what: &str,
    mut poll: impl AsyncFnMut() -> Result<T>,
    wanted: impl Fn(&T) -> bool,
) -> Result<T> {
    let mut last = None;
    let polling = async {
        loop {
            // A poll may fail while the thing that is looked at is on its way.
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
            Some(Ok(seen)) => bail!("waited {limit:?} for {what}; last seen: {seen:#?}"),
            Some(Err(error)) => Err(error.context(format!("waited {limit:?} for {what}"))),
            None => bail!("waited {limit:?} for {what}; the first poll did not even end"),
        },
    }
}
