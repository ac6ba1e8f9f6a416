//! Pure rules about failed log-ins: after a few free ones, each failure delays the next attempt longer, up to a maximum. No account is
//! locked for good.
//!
//! Failures are counted by account and client address, or by a browser that has logged in to the account before. They are also counted
//! by account alone, against guessing from many addresses. That count has a high threshold and short delays, because it also delays
//! the account's user at a new address in a new browser.

use std::time::Duration;

use jiff::Timestamp;

use super::lifetimes::{after, seconds_until};

/// Failures are cleared after this time without another one.
pub const FORGET_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How the delay of the next attempt grows with the failures.
#[derive(Clone, Copy, Debug)]
pub struct ThrottleSchedule {
    /// The first failure that delays the next attempt, by 1 s.
    first_delayed: u32,
    /// The delay doubles with this many further failures.
    doubles_every: u32,
    /// The longest delay.
    max_wait: Duration,
}

/// For failures from one address, browser or session: 1 s, 2 s, 4 s and so on from the fifth failure, up to 15 minutes.
pub const BY_ORIGIN: ThrottleSchedule =
    ThrottleSchedule { first_delayed: 5, doubles_every: 1, max_wait: Duration::from_secs(15 * 60) };

/// For failures on one account from any origin: from the hundredth failure, the most that NIST SP 800-63B (5.2.2) allows in a row, up
/// to a minute.
pub const BY_ACCOUNT: ThrottleSchedule =
    ThrottleSchedule { first_delayed: 100, doubles_every: 20, max_wait: Duration::from_secs(60) };

/// Failed log-ins since the last success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// The number of failures.
    pub failures: u32,
    /// When the last one happened.
    pub last_at: Timestamp,
}

impl ThrottleSchedule {
    /// Seconds until the next attempt is allowed after the failures `before`, rounded up; `None` if it is allowed now.
    #[must_use]
    pub fn retry_after_s(&self, before: Option<Attempts>, now: Timestamp) -> Option<u64> {
        // A failure in the future was written by a wrong clock and must not delay anybody.
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
    fn the_first_failures_do_not_delay() {
        assert_eq!(BY_ORIGIN.retry_after_s(None, now()), None);
        assert_eq!(BY_ORIGIN.retry_after_s(after_failures(4), now()), None);
        assert_eq!(BY_ACCOUNT.retry_after_s(after_failures(99), now()), None);
    }

    #[test]
    fn each_further_failure_from_the_same_origin_doubles_the_delay() {
        for (failures, seconds) in [(5, 1), (6, 2), (7, 4), (10, 32), (14, 512), (15, 900), (40, 900), (u32::MAX, 900)]
        {
            assert_eq!(BY_ORIGIN.retry_after_s(after_failures(failures), now()), Some(seconds), "{failures}");
            let due = now() + i64::try_from(seconds).unwrap().seconds();
            assert_eq!(BY_ORIGIN.retry_after_s(after_failures(failures), due), None);
        }
    }

    #[test]
    fn failures_on_one_account_delay_late_and_not_for_long() {
        for (failures, seconds) in [(100, 1), (119, 1), (120, 2), (140, 4), (220, 60), (u32::MAX, 60)] {
            assert_eq!(BY_ACCOUNT.retry_after_s(after_failures(failures), now()), Some(seconds), "{failures}");
        }
    }

    #[test]
    fn the_delay_is_rounded_up_to_seconds() {
        assert_eq!(BY_ORIGIN.retry_after_s(after_failures(7), now() + 1.millisecond()), Some(4));
        assert_eq!(BY_ORIGIN.retry_after_s(after_failures(7), now() + 3999.milliseconds()), Some(1));
    }

    #[test]
    fn failures_in_the_future_do_not_delay() {
        for ahead in [1.second(), 10.minutes(), 24.hours(), 87_600.hours()] {
            assert_eq!(BY_ORIGIN.retry_after_s(after_failures(40), now() - ahead), None, "{ahead}");
        }
    }
}
