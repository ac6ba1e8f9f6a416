//! The warning before the end: two minutes ahead, or the last tenth of a short lifetime, so that nobody is surprised; but
//! twenty seconds at least, which is what WCAG 2.2.1 gives a person to answer, where half of the lifetime is as long.

use latchkey_shared::{Session, Timestamp};

use super::Step;
use crate::session::answer::SignInAnswer;
use crate::session::signals::Effect;
use crate::session::state::SignIn;

/// How long ahead of the end at most.
const LONGEST_MS: u64 = 120_000;
/// How long ahead at least.
const SHORTEST_MS: u64 = 20_000;

impl Step {
    /// The deadline moved: so does the warning. One that shows stays if the end is still near.
    pub(super) fn plan_warning(&mut self, session: &Session) {
        let ahead_ms = ahead_ms(session);
        self.machine.warning_ms = self.machine.ending.map(|ending| ending.at_ms.saturating_sub(ahead_ms));
        self.warning_due();
    }

    /// Warns, or waits on.
    pub(super) fn warning_due(&mut self) {
        let near = self.machine.warning_ms.is_some_and(|warning_ms| self.now_ms >= warning_ms);
        self.machine.visible.ending = self.machine.ending.filter(|_| near);
        if let Some(warning_ms) = self.machine.warning_ms.filter(|_| !near) {
            self.effects.push(Effect::ScheduleWarning { after_ms: warning_ms - self.now_ms });
        }
    }

    /// The person wants to stay. Where it ends only because nobody did anything, this is doing something; elsewhere it is
    /// prolonged where the server lets it, and where not the password is asked for.
    pub(super) fn stay_asked(&mut self) {
        if self.machine.ending.is_some_and(|ending| ending.idle) {
            self.machine.acted = true;
            return self.want_check();
        }
        let refreshable = self.machine.visible.session.active().filter(|active| active.session.refreshable);
        match refreshable.map(|active| active.session.id.clone()) {
            Some(session) if !self.busy() => {
                self.outrank_check();
                self.machine.visible.sign_in = SignIn::Pending;
                self.effects.push(Effect::Refresh(session));
            }
            Some(_) => {}
            None => self.ask_password(false),
        }
    }

    /// If the server did not let the person stay, a check says where that leaves them.
    pub(super) fn refresh_answered(&mut self, answer: SignInAnswer) {
        let done = matches!(answer, SignInAnswer::Done(_));
        self.sign_in_answered(answer);
        if !done {
            self.machine.visible.sign_in = SignIn::Idle;
            self.want_check();
        }
    }
}

/// How long before the nearer of its two limits the warning comes.
fn ahead_ms(session: &Session) -> u64 {
    let whole_s = match session.idle_expires_in_s {
        Some(idle_s) if idle_s < session.expires_in_s => idle_s,
        _ => lifetime_s(session),
    };
    let (tenth_ms, half_ms) = (whole_s * 100, whole_s * 500);
    tenth_ms.clamp(SHORTEST_MS, LONGEST_MS).min(half_ms)
}

/// From the log-in to the deadline, by the server's clock alone.
fn lifetime_s(session: &Session) -> u64 {
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
    use crate::session::machine::test_bench::session;

    fn lasting(from: &str, to: &str) -> Session {
        let (created_at, expires_at) = (Timestamp(from.into()), Timestamp(to.into()));
        Session { created_at, expires_at, ..session("ada", 60) }
    }

    #[test]
    fn two_minutes_ahead_or_the_last_tenth_but_long_enough_to_answer() {
        for (to, expected_ms) in [
            ("2024-03-06T08:00:00.5Z", 120_000),
            ("2024-02-28T08:10:00Z", 60_000),
            ("2024-02-28T08:01:00Z", 20_000),
            ("2024-02-28T08:00:10Z", 5_000),
        ] {
            assert_eq!(ahead_ms(&lasting("2024-02-28T08:00:00Z", to)), expected_ms, "{to}");
        }
    }

    #[test]
    fn calendars_have_leap_days_and_years_end() {
        assert_eq!(lifetime_s(&lasting("2024-02-28T23:59:59Z", "2024-03-01T00:00:00Z")), 86_401);
        assert_eq!(lifetime_s(&lasting("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z")), 1);
        assert_eq!(lifetime_s(&lasting("then", "later")), 60);
    }

    #[test]
    fn an_idle_limit_that_is_nearer_counts_by_itself() {
        let idle = Session { idle_expires_in_s: Some(30), ..lasting("2024-02-28T08:00:00Z", "2024-03-06T08:00:00Z") };
        assert_eq!(ahead_ms(&idle), 15_000);
    }
}
