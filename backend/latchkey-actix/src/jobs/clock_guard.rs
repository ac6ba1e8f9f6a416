//! Whether the time of day can be accepted when rows are to be deleted for their age. A clock that runs ahead for a while must
//! not cost anybody a tombstone or an audit row.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock::Monotonic;

/// How far the time of day may run ahead of what was expected.
const SLACK: Duration = Duration::from_secs(60 * 60);

/// How long a time of day that was not expected has to stand before it is accepted: the server may just have been off.
const PROBATION: Duration = Duration::from_secs(24 * 60 * 60);

/// The last time of day that was accepted, and when that was.
#[derive(Clone, Copy, Debug)]
pub struct ClockGuard {
    accepted: Timestamp,
    at: Monotonic,
}

impl ClockGuard {
    /// Begins with the newest instant that the store holds, if any: when somebody last knew the time.
    #[must_use]
    pub fn new(newest: Option<Timestamp>, now: Timestamp, at: Monotonic) -> Self {
        Self { accepted: newest.map_or(now, |newest| newest.min(now)), at }
    }

    /// Whether `now` follows from what was accepted before. If it does, it is accepted from now on.
    #[must_use]
    pub fn accepts(&mut self, now: Timestamp, at: Monotonic) -> bool {
        let passed = at.since(self.at);
        let latest = SignedDuration::try_from(passed + SLACK).unwrap_or(SignedDuration::MAX);
        let accepted = now <= self.accepted.saturating_add(latest).unwrap_or(Timestamp::MAX) || passed >= PROBATION;
        if accepted {
            *self = Self { accepted: now, at };
        }
        accepted
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    const START: Monotonic = Monotonic::ZERO;
    const MINUTE: Duration = Duration::from_secs(60);

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    #[test]
    fn time_that_passes_is_believed_also_when_nobody_writes() {
        let mut guard = ClockGuard::new(Some(now()), now(), START);
        for hour in 1..48 {
            assert!(guard.accepts(now() + i64::from(hour).hours(), START.after(hour * 60 * MINUTE)));
        }
    }

    #[test]
    fn a_jump_is_not_believed_until_it_has_stood_for_a_day_or_is_undone() {
        let mut guard = ClockGuard::new(Some(now()), now(), START);
        let jumped = now() + 960.hours();
        assert!(!guard.accepts(jumped, START.after(MINUTE)));
        assert!(!guard.accepts(jumped + 23.hours(), START.after(23 * 60 * MINUTE)));
        let mut undone = guard;
        assert!(undone.accepts(now() + 23.hours(), START.after(23 * 60 * MINUTE)));
        assert!(guard.accepts(jumped + 24.hours(), START.after(24 * 60 * MINUTE)));
    }

    #[test]
    fn a_start_long_after_the_newest_instant_may_be_a_jump() {
        let mut guard = ClockGuard::new(Some(now()), now() + 960.hours(), START);
        assert!(!guard.accepts(now() + 960.hours(), START.after(MINUTE)));
    }

    #[test]
    fn an_empty_store_has_nothing_against_any_time_and_a_clock_that_was_ahead_is_forgiven() {
        assert!(ClockGuard::new(None, now(), START).accepts(now(), START));
        let ahead = Some(now() + 960.hours());
        assert!(ClockGuard::new(ahead, now(), START).accepts(now() + 1.minute(), START.after(MINUTE)));
    }
}
