//! The limits of a session: when it ends, and how long it lives as a whole.

use latchkey_shared::{Session, SessionId, Timestamp};

use crate::view::Deadline;

/// The limits of a session.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) session: SessionId,
    pub(super) expires_ms: u64,
    pub(super) idle_ms: Option<u64>,
    /// The whole idle limit.
    pub(super) idle_timeout_ms: u64,
    /// How long a session lives from log-in or from a refresh: never less than that.
    pub(super) lifetime_ms: u64,
    pub(super) refreshable: bool,
    /// When that was asked for which told them.
    pub(super) sent_at_ms: u64,
    /// When they were last told.
    pub(super) received_at_ms: u64,
}

impl Limits {
    /// The nearer of the two.
    pub(super) fn deadline(&self) -> Deadline {
        match self.idle_ms {
            Some(idle_ms) if idle_ms < self.expires_ms => Deadline { at_ms: idle_ms, idle: true },
            _ => Deadline { at_ms: self.expires_ms, idle: false },
        }
    }
}

/// Whether one answer about a session has an earlier deadline than another: it is an older one, because deadlines only move on.
pub(super) fn is_earlier(one: &Session, other: &Session) -> bool {
    seconds(&one.expires_at).zip(seconds(&other.expires_at)).is_some_and(|(one, other)| one < other)
}

/// From the log-in to the deadline, by the server's clock alone.
pub(super) fn lifetime_s(session: &Session) -> u64 {
    let ends = seconds(&session.expires_at).zip(seconds(&session.created_at));
    ends.map_or(session.expires_in_s, |(end, begin)| end.saturating_sub(begin))
}

/// Seconds from some day on to an instant, to the second. RFC 3339 in UTC has its numbers always in the same places.
fn seconds(instant: &Timestamp) -> Option<u64> {
    let number = |from, to| instant.0.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    // Years that begin in March end in the day that leap years add.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::test_bench::{session, with};

    #[test]
    fn calendars_have_leap_days_and_years_end() {
        let lasting = |from: &str, to: &str| {
            let (created_at, expires_at) = (Timestamp(from.into()), Timestamp(to.into()));
            lifetime_s(&with(session("ada", 60), |it| {
                it.created_at = created_at;
                it.expires_at = expires_at;
            }))
        };
        assert_eq!(lasting("2024-02-28T23:59:59Z", "2024-03-01T00:00:00Z"), 86_401);
        assert_eq!(lasting("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"), 1);
        assert_eq!(lasting("then", "later"), 60);
    }
}
