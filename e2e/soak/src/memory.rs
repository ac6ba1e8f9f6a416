//! How the memory of the replicas grows.

use std::{fs, time::Duration};

use anyhow::Result;
use tokio::time::sleep;

use crate::{model::At, stand::Stand, world::World};

const EVERY: Duration = Duration::from_secs(1);

/// The most by which a replica may grow, in bytes: beyond it, it leaks. What varies without one is the memory of a few passwords that
/// are hashed.
pub const MOST_GROWTH: i64 = 32 << 20;

/// The memory of one replica, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    process: u32,
    started: At,
    /// When it was warm; `None` if it was not yet, or cannot be measured.
    pub warm: Option<u64>,
    pub last: Option<u64>,
}

impl Memory {
    /// By how many bytes it grew since it was warm.
    pub fn growth(self) -> Option<i64> {
        Some(self.last?.cast_signed() - self.warm?.cast_signed())
    }

    /// A process that takes the place of another one begins anew.
    fn note(&mut self, process: u32, bytes: Option<u64>, now: At, warm_up: Duration) {
        if self.process != process {
            *self = Self { process, started: now, ..Self::default() };
        }
        self.last = bytes;
        if self.warm.is_none() && now - self.started >= warm_up {
            self.warm = bytes;
        }
    }
}

/// Measures the memory of all replicas until everybody stops. A replica is warm when it has run for `warm_up`.
///
/// # Errors
/// A replica ended by itself.
pub async fn watch(world: &World, stand: &Stand, warm_up: Duration) -> Result<Vec<Memory>> {
    let mut memories = vec![Memory::default(); stand.replicas.len()];
    while !world.is_over() {
        for (replica, memory) in stand.replicas.iter().zip(&mut memories) {
            // While it is killed there is none.
            if let Some(process) = replica.process_id().await? {
                memory.note(process, resident(process), world.witness.now(), warm_up);
            }
        }
        sleep(EVERY).await;
    }
    Ok(memories)
}

/// The bytes of a process that are in memory. Only Linux says.
fn resident(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_what_was_added_to_a_warm_process_and_a_new_process_begins_anew() {
        let (mut memory, warm_up) = (Memory::default(), Duration::from_secs(10));
        for (process, bytes, now_s, growth) in
            [(1, 50, 0, None), (1, 70, 10, Some(0)), (1, 60, 20, Some(-10)), (2, 5, 21, None), (2, 9, 31, Some(0))]
        {
            memory.note(process, Some(bytes), Duration::from_secs(now_s), warm_up);
            assert_eq!(memory.growth(), growth, "{process} {now_s}");
        }
    }

    #[test]
    fn the_memory_of_a_process_is_read_where_the_system_says_it() {
        assert_eq!(resident(std::process::id()).is_some(), cfg!(target_os = "linux"));
    }
}
