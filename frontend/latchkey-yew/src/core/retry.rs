//! Whether the server answers, and when to ask it unprompted: after it could not tell, and when somebody comes back.

use super::machine::Step;
use crate::core::effect::{Alarm, Effect};
use crate::view::Reachability;

/// The first wait after a failure; each further one doubles it.
const FIRST_RETRY_MS: u64 = 1_000;
/// The longest wait that we choose; the server may ask for a longer one.
const LONGEST_RETRY_MS: u64 = 30_000;
/// Browsers coarsen their clocks to a tenth of a second at the most.
const SHORTEST_WAIT_MS: u64 = 50;
/// After so many answers in a row that were not the server's, loading the page anew is offered.
const FOREIGN_ANSWERS: u32 = 3;

impl Step {
    /// The server told us something.
    pub(super) fn mark_reachable(&mut self) {
        self.machine.last_contact_ms = self.now_ms;
        self.machine.failures = 0;
        self.machine.foreign_answers = 0;
        self.machine.view.reachability = Reachability::Reachable;
    }

    /// The server could not tell: what we knew stands, and we ask again.
    pub(super) fn mark_unreachable(&mut self, retry_after_ms: Option<u64>) {
        let since_ms = match self.machine.view.reachability {
            Reachability::Reachable => self.now_ms,
            Reachability::Unreachable { since_ms, .. } => since_ms,
        };
        let offer_reload = self.machine.foreign_answers >= FOREIGN_ANSWERS;
        self.machine.view.reachability = Reachability::Unreachable { since_ms, offer_reload };
        let backoff_ms = (FIRST_RETRY_MS << self.machine.failures.min(5)).min(LONGEST_RETRY_MS);
        self.machine.failures += 1;
        self.schedule(Alarm::Retry, backoff_ms.max(retry_after_ms.unwrap_or(0)));
    }

    pub(super) fn count_foreign(&mut self, foreign: bool) {
        self.machine.foreign_answers = if foreign { self.machine.foreign_answers + 1 } else { 0 };
    }

    pub(super) fn retry_due(&mut self) {
        if self.machine.view.reachability != Reachability::Reachable || self.machine.pending_sign_out.is_some() {
            self.request_check();
        }
    }

    pub(super) fn went_online(&mut self) {
        self.retry_due();
        self.resumed();
    }

    /// Checks if what we know is old, or if the deadline passed while the timers slept.
    pub(super) fn resumed(&mut self) {
        let stale = self.now_ms >= self.machine.last_contact_ms.saturating_add(self.machine.settings.recheck_after_ms);
        if stale || self.overdue() || self.machine.pending_sign_out.is_some() {
            self.request_check();
        }
        self.warning_due();
    }

    /// The browser kept the page as it was: it shows nothing until the server has confirmed the session.
    pub(super) fn restored(&mut self) {
        self.invalidate_in_flight();
        self.machine.view.unverified = true;
        self.machine.check_pending = true;
    }

    /// Sets a timer for an instant. One that is due again at once waits a little: a clock may be coarse.
    pub(super) fn schedule_at(&mut self, timer: Alarm, at_ms: u64) {
        self.schedule(timer, at_ms.saturating_sub(self.now_ms).max(SHORTEST_WAIT_MS));
    }

    pub(super) fn schedule(&mut self, timer: Alarm, after_ms: u64) {
        self.effects.push(Effect::Schedule { timer, after_ms });
    }
}
