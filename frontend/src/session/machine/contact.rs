//! When to ask the server: after it could not tell, at the deadline, and when somebody comes back to the page.

use latchkey_shared::Session;

use super::Step;
use crate::session::signals::Effect;
use crate::session::state::{Ending, Reachability};

/// The first wait after a failure; each further one doubles it.
const FIRST_RETRY_MS: u64 = 1_000;
/// The longest wait that we choose; the server may ask for a longer one.
const LONGEST_RETRY_MS: u64 = 30_000;
/// How often the server hears that a person is doing something, where that matters: as often as it writes it down.
const NOTE_EVERY_MS: u64 = 60_000;
/// What the server said stays good this long for somebody who only comes back to the page.
const FRESH_MS: u64 = 60_000;

impl Step {
    /// The server told us something.
    pub(super) fn found_contact(&mut self) {
        self.machine.told_ms = self.now_ms;
        self.machine.failures = 0;
        self.machine.visible.reachability = Reachability::Reachable;
    }

    /// The server could not tell: what we knew stands, and we ask again.
    pub(super) fn lost_contact(&mut self, retry_after_ms: Option<u64>) {
        if self.machine.visible.reachability == Reachability::Reachable {
            self.machine.visible.reachability = Reachability::Unreachable { since_ms: self.now_ms };
        }
        let backoff_ms = (FIRST_RETRY_MS << self.machine.failures.min(5)).min(LONGEST_RETRY_MS);
        self.machine.failures += 1;
        self.effects.push(Effect::ScheduleRetry { after_ms: backoff_ms.max(retry_after_ms.unwrap_or(0)) });
    }

    pub(super) fn retry_due(&mut self) {
        if self.machine.visible.reachability != Reachability::Reachable {
            self.want_check();
        }
    }

    pub(super) fn went_online(&mut self) {
        self.retry_due();
        self.resumed();
    }

    /// Checks if what we know is old, or if the deadline passed while the timers slept.
    pub(super) fn resumed(&mut self) {
        let stale = self.now_ms >= self.machine.told_ms + FRESH_MS;
        if stale || self.overdue() {
            self.want_check();
        }
        self.warning_due();
    }

    /// The person did something. Where doing nothing ends the session the server must hear of it, though not of each key.
    pub(super) fn acted(&mut self) {
        let active = self.machine.visible.session.active();
        let Some(idle_s) = active.and_then(|active| active.session.idle_expires_in_s) else { return };
        self.machine.acted = true;
        let every_ms = NOTE_EVERY_MS.min(idle_s * 250);
        let about_to_end = self.machine.visible.ending.is_some_and(|ending| ending.idle);
        if about_to_end || self.now_ms >= self.machine.noted_ms + every_ms {
            self.want_check();
        }
    }

    /// Keeps the nearer of the two limits. Both count from the answer, so the browser's date plays no part.
    pub(super) fn set_deadline(&mut self, session: &Session) {
        let idle_s = session.idle_expires_in_s.unwrap_or(u64::MAX);
        let after_ms = session.expires_in_s.min(idle_s).max(1).saturating_mul(1_000);
        let at_ms = self.now_ms.saturating_add(after_ms);
        self.machine.ending = Some(Ending { at_ms, idle: idle_s < session.expires_in_s });
        self.effects.push(Effect::ScheduleDeadline { after_ms });
        self.plan_warning(session);
    }

    /// At the deadline the server decides, not the clock. Timers that fire early are set again.
    pub(super) fn deadline_due(&mut self) {
        if self.overdue() {
            self.want_check();
        } else if let Some(ending) = self.machine.ending {
            let after_ms = ending.at_ms - self.now_ms;
            self.effects.push(Effect::ScheduleDeadline { after_ms });
        }
    }

    fn overdue(&self) -> bool {
        self.machine.ending.is_some_and(|ending| self.now_ms >= ending.at_ms)
    }
}
