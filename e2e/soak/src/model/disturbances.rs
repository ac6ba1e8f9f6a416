//! When answers may be missing: during a fault, and shortly after it.

use std::time::Duration;

use super::{At, KEPT, RECOVERY};

/// A fault that has begun.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub struct Disturbance(u64);

/// The faults so far. Old ones are forgotten.
#[derive(Debug, Default)]
pub struct Disturbances {
    begun: u64,
    list: Vec<(u64, At, Option<At>)>,
    excused: Duration,
    excused_until: At,
}

impl Disturbances {
    pub fn begin(&mut self, now: At) -> Disturbance {
        self.list.retain(|(_, _, end)| end.is_none_or(|end| end + KEPT >= now));
        self.begun += 1;
        self.list.push((self.begun, now, None));
        Disturbance(self.begun)
    }

    pub fn end(&mut self, Disturbance(number): &Disturbance, now: At) {
        for (_, from, end) in self.list.iter_mut().filter(|(listed, ..)| listed == number) {
            *end = Some(now);
            let until = now + RECOVERY;
            self.excused += until.saturating_sub(self.excused_until.max(*from));
            self.excused_until = self.excused_until.max(until);
        }
    }

    /// For how long, in all, answers might be missing.
    pub fn excused(&self) -> Duration {
        self.excused
    }

    /// Whether a request may have no answer that began at `begun` and was given up at `now`.
    pub fn excuse(&self, begun: At, now: At) -> bool {
        self.list.iter().any(|(_, from, end)| *from <= now && end.is_none_or(|end| begun <= end + RECOVERY))
    }
}
