//! Waiting: for a condition, with a deadline, and never for a time alone.

use std::{fmt::Debug, time::Duration};

use anyhow::{Result, bail};
use tokio::time::{sleep, timeout};

/// How long anything may take before it counts as never happening.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks again and again until what is seen is as it should be.
///
/// # Errors
/// It never was; with what was seen last.
pub async fn eventually<T: Debug>(
    what: &str,
    look: impl AsyncFnMut() -> Result<T>,
    wanted: impl Fn(&T) -> bool,
) -> Result<T> {
    eventually_within(PATIENCE, what, look, wanted).await
}

/// The same for what takes longer by its nature.
///
/// # Errors
/// It never was; with what was seen last.
pub async fn eventually_within<T: Debug>(
    patience: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Result<T>,
    wanted: impl Fn(&T) -> bool,
) -> Result<T> {
    let mut last = None;
    let looking = async {
        loop {
            // A look may fail while the thing that is looked at is on its way.
            match look().await {
                Ok(seen) if wanted(&seen) => return seen,
                other => last = Some(other),
            }
            sleep(PAUSE).await;
        }
    };
    match timeout(patience, looking).await {
        Ok(seen) => Ok(seen),
        Err(_) => match last {
            Some(Ok(seen)) => bail!("waited {patience:?} for {what}; last seen: {seen:#?}"),
            Some(Err(error)) => Err(error.context(format!("waited {patience:?} for {what}"))),
            None => bail!("waited {patience:?} for {what}; the first look did not even end"),
        },
    }
}
