//! Pure decisions about failed log-ins of one account: the first few cost nothing, each further one doubles the wait,
//! and nobody is locked out for good.

use std::time::Duration;

use jiff::Timestamp;

use super::policy::{after, seconds_until};
use crate::store::Attempts;

/// From this failure on, the next attempt has to wait.
const FIRST_WITH_A_WAIT: u32 = 5;

/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// Failures are forgotten after a day without another.
pub const FORGET_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether an attempt is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is. It counts as this failure until it turns out to be none, so that many at once are no way around.
    Admit(Attempts),
    /// Not before so many seconds have passed.
    Wait {
        /// Rounded up.
        seconds: u64,
    },
}

/// Decides on an attempt after the failures before it.
#[must_use]
pub fn decide(before: Option<Attempts>, now: Timestamp) -> Decision {
    let failures =
        before.filter(|before| now < after(before.last_at, FORGET_AFTER)).map_or(0, |before| before.failures);
    let until = before.map_or(now, |before| after(before.last_at, wait(failures)));
    if now < until {
        return Decision::Wait { seconds: seconds_until(until, now) };
    }
    Decision::Admit(Attempts { failures: failures.saturating_add(1), last_at: now })
}

/// How long the next attempt has to wait after so many failures: 1 s, 2 s, 4 s and so on from the fifth.
fn wait(failures: u32) -> Duration {
    let Some(doublings) = failures.checked_sub(FIRST_WITH_A_WAIT) else {
        return Duration::ZERO;
    };
    Duration::from_secs(1u64.checked_shl(doublings).unwrap_or(u64::MAX)).min(LONGEST_WAIT)
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
        assert_eq!(decide(None, now()), Decision::Admit(Attempts { failures: 1, last_at: now() }));
        assert_eq!(decide(after_failures(4), now()), Decision::Admit(Attempts { failures: 5, last_at: now() }));
    }

    #[test]
    fn each_further_one_doubles_the_wait() {
        for (failures, seconds) in [(5, 1), (6, 2), (7, 4), (10, 32), (14, 512), (15, 900), (40, 900), (u32::MAX, 900)]
        {
            assert_eq!(decide(after_failures(failures), now()), Decision::Wait { seconds }, "{failures}");
            let due = now() + i64::try_from(seconds).unwrap().seconds();
            assert!(matches!(decide(after_failures(failures), due), Decision::Admit(_)));
        }
    }

    #[test]
    fn the_wait_is_told_to_the_second_and_never_too_short() {
        assert_eq!(decide(after_failures(7), now() + 1.millisecond()), Decision::Wait { seconds: 4 });
        assert_eq!(decide(after_failures(7), now() + 3999.milliseconds()), Decision::Wait { seconds: 1 });
    }

    #[test]
    fn a_day_without_a_failure_forgives() {
        let tomorrow = now() + 24.hours();
        assert_eq!(decide(after_failures(40), tomorrow), Decision::Admit(Attempts { failures: 1, last_at: tomorrow }));
    }
}
