//! Decides whether the clock is plausible enough to delete rows by their age. A clock that is ahead for a while must not delete ended
//! sessions or audit rows too early.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock::Monotonic;

/// How far the clock may be ahead of the expected time.
const SLACK: Duration = Duration::from_secs(60 * 60);

/// After this time, a clock that is further ahead is accepted all the same: the server may have been off for long.
const PROBATION: Duration = Duration::from_secs(24 * 60 * 60);

/// The last accepted time of day, and the monotonic instant at which it was accepted.
#[derive(Clone, Copy, Debug)]
pub struct ClockGuard {
    accepted: Timestamp,
    at: Monotonic,
}

impl ClockGuard {
    /// Starts from `newest`, the newest instant in the store, if there is one: the last time that a server wrote.
    #[must_use]
    pub fn new(newest: Option<Timestamp>, now: Timestamp, at: Monotonic) -> Self {
        Self { accepted: newest.map_or(now, |newest| newest.min(now)), at }
    }

    /// Whether `now` is plausible: not more than an hour ahead of the last accepted time plus the time that has passed since. A plausible
    /// `now` becomes the last accepted time.
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
    fn passing_time_is_accepted_without_any_writes() {
        let mut guard = ClockGuard::new(Some(now()), now(), START);
        for hour in 1..48 {
            assert!(guard.accepts(now() + i64::from(hour).hours(), START.after(hour * 60 * MINUTE)));
        }
    }

    #[test]
    fn a_jump_is_accepted_after_a_day_or_when_it_is_undone() {
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
    fn with_an_empty_store_or_a_newest_instant_ahead_the_clock_is_accepted() {
        assert!(ClockGuard::new(None, now(), START).accepts(now(), START));
        let ahead = Some(now() + 960.hours());
        assert!(ClockGuard::new(ahead, now(), START).accepts(now() + 1.minute(), START.after(MINUTE)));
    }
}
