//! The limits of a session: when it ends, and its whole lifetime.

use latchkey_shared::{Session, SessionId, Timestamp};

use crate::view::Deadline;

/// The limits of a session. Instants are on the clock of `browser::now_ms`.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) session: SessionId,
    pub(super) expires_at_ms: u64,
    pub(super) idle_at_ms: Option<u64>,
    /// The whole idle limit.
    pub(super) idle_timeout_ms: u64,
    /// The whole lifetime from log-in or refresh.
    pub(super) lifetime_ms: u64,
    pub(super) refreshable: bool,
    /// When the newest request was sent that brought them.
    pub(super) sent_at_ms: u64,
    /// When they were last received.
    pub(super) received_at_ms: u64,
}

impl Limits {
    /// The nearer of the two ends.
    pub(super) fn deadline(&self) -> Deadline {
        match self.idle_at_ms {
            Some(idle_at_ms) if idle_at_ms < self.expires_at_ms => Deadline { at_ms: idle_at_ms, idle: true },
            _ => Deadline { at_ms: self.expires_at_ms, idle: false },
        }
    }
}

/// Whether the first answer has the earlier deadline, and so is the older one: deadlines never move back.
pub(super) fn is_earlier(one: &Session, other: &Session) -> bool {
    seconds(&one.expires_at).zip(seconds(&other.expires_at)).is_some_and(|(one, other)| one < other)
}

/// Seconds from the log-in to the deadline, both by the server's clock.
pub(super) fn lifetime_s(session: &Session) -> u64 {
    let ends = seconds(&session.expires_at).zip(seconds(&session.created_at));
    ends.map_or(session.expires_in_s, |(end, begin)| end.saturating_sub(begin))
}

/// Seconds from a fixed day to an instant. RFC 3339 in UTC has its numbers at fixed places.
fn seconds(instant: &Timestamp) -> Option<u64> {
    let number = |from, to| instant.0.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    // With years that begin in March, the leap day is the last day of the year.
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
