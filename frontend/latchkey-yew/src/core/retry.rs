//! Whether the server is reachable, and the checks that no route change asked for: retries with back-off, and those after the
//! page becomes visible or the network returns.

use super::machine::Step;
use crate::core::effect::{Alarm, Effect};
use crate::view::Reachability;

/// The wait after the first failure. It doubles with each further one.
const FIRST_RETRY_MS: u64 = 1_000;
/// The longest back-off. `Retry-After` may ask for a longer wait.
const LONGEST_RETRY_MS: u64 = 30_000;
/// Shortest timer for an instant: browsers coarsen their clocks, so a timer may fire just before its instant.
const SHORTEST_WAIT_MS: u64 = 50;
/// After this many consecutive answers from something else than the server, the user is offered to reload the page.
const OFFER_RELOAD_AFTER: u32 = 3;

impl Step {
    /// The server answered.
    pub(super) fn mark_reachable(&mut self) {
        self.machine.last_contact_ms = self.now_ms;
        self.machine.failures = 0;
        self.machine.foreign_answers = 0;
        self.machine.view.reachability = Reachability::Reachable;
    }

    /// There was no usable answer: the session stays as it is, and a retry is scheduled.
    pub(super) fn mark_unreachable(&mut self, retry_after_ms: Option<u64>) {
        let since_ms = match self.machine.view.reachability {
            Reachability::Reachable => self.now_ms,
            Reachability::Unreachable { since_ms, .. } => since_ms,
        };
        let offer_reload = self.machine.foreign_answers >= OFFER_RELOAD_AFTER;
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

    /// Requests a check if the last answer is stale, or if the deadline passed while the timers were suspended.
    pub(super) fn resumed(&mut self) {
        let stale = self.now_ms >= self.machine.last_contact_ms.saturating_add(self.machine.settings.recheck_after_ms);
        let unverified = self.machine.view.unverified;
        if stale || unverified || self.deadline_passed() || self.machine.pending_sign_out.is_some() {
            self.request_check();
        }
        self.warning_due();
    }

    /// Leaves the page hidden, as it was kept, until the server has confirmed the session.
    pub(super) fn restored(&mut self) {
        self.invalidate_in_flight();
        self.machine.view.unverified = true;
        self.machine.check_pending = true;
    }

    /// Starts a timer for an instant, with a short wait if it is due already.
    pub(super) fn schedule_at(&mut self, timer: Alarm, at_ms: u64) {
        self.schedule(timer, at_ms.saturating_sub(self.now_ms).max(SHORTEST_WAIT_MS));
    }

    pub(super) fn schedule(&mut self, timer: Alarm, after_ms: u64) {
        self.effects.push(Effect::Schedule { timer, after_ms });
    }
}
