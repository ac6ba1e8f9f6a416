//! Pure decisions about failed log-ins: the first few cost nothing, further ones make the next attempt wait longer and longer,
//! and nobody is locked out for good.
//!
//! Guessing is counted where it comes from: by account and client address, or by a browser that signed in to the account
//! before. It is counted by account alone too, so that many addresses get no further than that; but high and slowly, because this
//! count also stands in the way of the account's owner at an address and in a browser that nobody knows.

use std::time::Duration;

use jiff::Timestamp;

use super::lifetimes::{after, seconds_until};

/// Failures are forgotten after a day without another.
pub const FORGET_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How the wait grows with the failures.
#[derive(Clone, Copy, Debug)]
pub struct ThrottleSchedule {
    /// From this failure on, the next attempt has to wait: 1 s.
    first_delayed: u32,
    /// After so many further failures the wait is twice as long.
    doubles_every: u32,
    /// The longest wait.
    max_wait: Duration,
}

/// For the failures from one address, one browser or one session: 1 s, 2 s, 4 s and so on from the fifth.
pub const BY_ORIGIN: ThrottleSchedule =
    ThrottleSchedule { first_delayed: 5, doubles_every: 1, max_wait: Duration::from_secs(15 * 60) };

/// For the failures on one account, wherever they come from: from the hundredth, which is as many in a row as NIST SP 800-63B
/// (5.2.2) allows, and never more than a minute.
pub const BY_ACCOUNT: ThrottleSchedule =
    ThrottleSchedule { first_delayed: 100, doubles_every: 20, max_wait: Duration::from_secs(60) };

/// Failed log-ins since the last success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// How many.
    pub failures: u32,
    /// When the last one was.
    pub last_at: Timestamp,
}

impl ThrottleSchedule {
    /// For how many seconds the next attempt has to wait after the failures before it, rounded up; `None` if it need not.
    #[must_use]
    pub fn retry_after_s(&self, before: Option<Attempts>, now: Timestamp) -> Option<u64> {
        // What lies ahead was written by a clock that was wrong: it is no reason to wait for that clock's time.
        let Attempts { failures, last_at } = before.filter(|before| before.last_at <= now)?;
        let until = after(last_at, self.delay_after(failures));
        (now < until && now < after(last_at, FORGET_AFTER)).then(|| seconds_until(until, now))
    }

    fn delay_after(&self, failures: u32) -> Duration {
        let Some(more) = failures.checked_sub(self.first_delayed) else {
            return Duration::ZERO;
        };
        let seconds = 1_u64.checked_shl(more / self.doubles_every).unwrap_or(u64::MAX);
        Duration::from_secs(seconds).min(self.max_wait)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn after_failures(failures: u32) -> Option<Attempts> {
        Some(Attempts { failures, last_at: now() })
    }

    #[test]
    fn the_first_failures_cost_nothing() {
        assert_eq!(BY_ORIGIN.retry_after_s(None, now()), None);
        assert_eq!(BY_ORIGIN.retry_after_s(after_failures(4), now()), None);
        assert_eq!(BY_ACCOUNT.retry_after_s(after_failures(99), now()), None);
    }

    #[test]
    fn each_further_one_from_the_same_origin_doubles_the_wait() {
        for (failures, seconds) in [(5, 1), (6, 2), (7, 4), (10, 32), (14, 512), (15, 900), (40, 900), (u32::MAX, 900)]
        {
            assert_eq!(BY_ORIGIN.retry_after_s(after_failures(failures), now()), Some(seconds), "{failures}");
            let due = now() + i64::try_from(seconds).unwrap().seconds();
            assert_eq!(BY_ORIGIN.retry_after_s(after_failures(failures), due), None);
        }
    }

    #[test]
    fn an_account_that_everybody_guesses_at_waits_late_and_not_for_long() {
        for (failures, seconds) in [(100, 1), (119, 1), (120, 2), (140, 4), (220, 60), (u32::MAX, 60)] {
            assert_eq!(BY_ACCOUNT.retry_after_s(after_failures(failures), now()), Some(seconds), "{failures}");
        }
    }

    #[test]
    fn the_wait_is_told_to_the_second_and_never_too_short() {
        assert_eq!(BY_ORIGIN.retry_after_s(after_failures(7), now() + 1.millisecond()), Some(4));
        assert_eq!(BY_ORIGIN.retry_after_s(after_failures(7), now() + 3999.milliseconds()), Some(1));
    }

    #[test]
    fn failures_that_a_wrong_clock_wrote_into_the_future_make_nobody_wait() {
        for ahead in [1.second(), 10.minutes(), 24.hours(), 87_600.hours()] {
            assert_eq!(BY_ORIGIN.retry_after_s(after_failures(40), now() - ahead), None, "{ahead}");
        }
    }
}
