//! Runs a sequence of steps and shows the progress.

use anyhow::{Context, Result};

/// The name of a step, and a function that leaves its result on the disk.
pub type Step = (&'static str, fn() -> Result<()>);

/// Runs the steps in order, until one fails. `again` returns the command that repeats the step with an index.
pub fn all(steps: &[Step], again: impl Fn(usize) -> String) -> Result<()> {
    for (index, (name, work)) in steps.iter().enumerate() {
        let place = format!("[{}/{}] {name}", index + 1, steps.len());
        println!("{place}");
        work().with_context(|| format!("failed at {place}; to run it again: {}", again(index)))?;
    }
    Ok(())
}
