//! What is being done, and which of how many.

use anyhow::{Context, Result};

/// A piece of work that leaves its result on the disk, and its name.
pub type Step = (&'static str, fn() -> Result<()>);

/// Takes one step after the other; at the first that fails, `again` says how to repeat it.
pub fn all(steps: &[Step], again: impl Fn(usize) -> String) -> Result<()> {
    for (index, (name, work)) in steps.iter().enumerate() {
        let place = format!("[{}/{}] {name}", index + 1, steps.len());
        println!("{place}");
        work().with_context(|| format!("failed at {place}; to run it again: {}", again(index)))?;
    }
    Ok(())
}
