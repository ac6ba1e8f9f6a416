//! When the session ends, by the server's word and this browser's clock. Both limits count from the moment at which the
//! request was sent: so the deadline is never late, and if it is early the server says so when it is asked then.

use latchkey_shared::{Session, SessionId, Timestamp};

use super::machine::Step;
use crate::core::event::Alarm;
use crate::view::Ending;

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
    pub(super) told_ms: u64,
}

impl Limits {
    /// The nearer of the two.
    pub(super) fn deadline(&self) -> Ending {
        match self.idle_ms {
            Some(idle_ms) if idle_ms < self.expires_ms => Ending { at_ms: idle_ms, idle: true },
            _ => Ending { at_ms: self.expires_ms, idle: false },
        }
    }
}

impl Step {
    /// Takes the limits from an answer to a request that was sent at a time. What was said before that does not move them back:
    /// an older answer, or an older word of a tab, may come late.
    pub(super) fn set_limits(&mut self, session: &Session, sent_at_ms: u64) {
        self.take_limits(session, sent_at_ms, self.now_ms);
    }

    /// The same from another tab's words, which are as old as they are: a tab that slept hears them late.
    pub(super) fn set_limits_told(&mut self, session: &Session, sent_at_ms: u64) {
        self.take_limits(session, sent_at_ms, sent_at_ms);
    }

    fn take_limits(&mut self, session: &Session, sent_at_ms: u64, told_ms: u64) {
        let at = |seconds: u64| sent_at_ms.saturating_add(seconds.max(1).saturating_mul(1_000));
        let mut limits = Limits {
            session: session.id.clone(),
            expires_ms: at(session.expires_in_s),
            idle_ms: session.idle_expires_in_s.map(at),
            idle_timeout_ms: session.idle_timeout_s.or(session.idle_expires_in_s).unwrap_or_default() * 1_000,
            lifetime_ms: lifetime_s(session) * 1_000,
            refreshable: session.refreshable,
            sent_at_ms,
            told_ms,
        };
        if let Some(known) = self.machine.limits.as_ref().filter(|known| known.session == session.id) {
            if sent_at_ms < known.sent_at_ms {
                limits.expires_ms = limits.expires_ms.max(known.expires_ms);
                limits.idle_ms = limits.idle_ms.max(known.idle_ms);
                limits.sent_at_ms = known.sent_at_ms;
            }
            limits.lifetime_ms = limits.lifetime_ms.min(known.lifetime_ms);
            limits.told_ms = limits.told_ms.max(known.told_ms);
        }
        let at_ms = limits.deadline().at_ms;
        self.machine.limits = Some(limits);
        self.schedule_at(Alarm::Deadline, at_ms);
        self.plan_warning();
    }

    /// The server granted the session a whole lifetime with this answer.
    pub(super) fn set_granted_limits(&mut self, session: &Session, sent_at_ms: u64) {
        self.set_limits(session, sent_at_ms);
        if let Some(limits) = &mut self.machine.limits {
            limits.lifetime_ms = session.expires_in_s * 1_000;
        }
    }

    /// At the deadline the server decides, not the clock. Timers that fire early are set again.
    pub(super) fn deadline_due(&mut self) {
        if self.overdue() {
            self.request_check();
        } else if let Some(limits) = &self.machine.limits {
            self.schedule_at(Alarm::Deadline, limits.deadline().at_ms);
        }
    }

    pub(super) fn overdue(&self) -> bool {
        self.machine.limits.as_ref().is_some_and(|limits| self.now_ms >= limits.deadline().at_ms)
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
    use crate::core::test_bench::session;

    #[test]
    fn calendars_have_leap_days_and_years_end() {
        let lasting = |from: &str, to: &str| {
            let (created_at, expires_at) = (Timestamp(from.into()), Timestamp(to.into()));
            lifetime_s(&Session { created_at, expires_at, ..session("ada", 60) })
        };
        assert_eq!(lasting("2024-02-28T23:59:59Z", "2024-03-01T00:00:00Z"), 86_401);
        assert_eq!(lasting("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"), 1);
        assert_eq!(lasting("then", "later"), 60);
    }
}
