//! What the user does, and how the server learns of it: with the time at which it was done, often enough for the idle limit
//! and no more often, and never because of anything else.

use super::in_flight::CookieCall;
use super::machine::Step;
use crate::core::effect::{Alarm, Effect};
use crate::view::{Reachability, SessionState};

/// How often the server is told that the user is active, where that matters: as often as it writes it down.
const REPORT_EVERY_MS: u64 = 60_000;
/// After a refresh by itself that did not work, the next one waits this long.
const SLIDE_AGAIN_MS: u64 = 60_000;

impl Step {
    /// The user did something.
    pub(super) fn user_active(&mut self) {
        if self.machine.view.session.active().is_none() {
            return;
        }
        self.machine.unreported_activity_ms = Some(self.now_ms);
        if self.overdue() {
            // The machine slept, and its timers with it: the session may be over.
            self.request_check();
        }
        let Some(wait_ms) = self.report_wait_ms() else { return self.slide() };
        if wait_ms == 0 {
            self.report_activity();
        } else {
            self.schedule(Alarm::Activity, wait_ms);
        }
        self.slide();
    }

    /// Tells the server what the user did, if it has not been told. A check in flight that reports none does not do.
    pub(super) fn report_activity(&mut self) {
        if self.machine.unreported_activity_ms.is_some() && self.report_wait_ms().is_some() {
            self.machine.check_pending = true;
        }
    }

    /// How long the next report has to wait; nothing, where nothing depends on it.
    fn report_wait_ms(&self) -> Option<u64> {
        let limits = self.machine.limits.as_ref().filter(|limits| limits.idle_ms.is_some())?;
        let warned = self.machine.view.expiring.is_some_and(|ending| ending.idle);
        if warned {
            return Some(0);
        }
        let every_ms = REPORT_EVERY_MS.min(limits.idle_timeout_ms / 4);
        Some((self.machine.activity_reported_ms + every_ms).saturating_sub(self.now_ms))
    }

    /// Where deadlines slide, an active user's is moved in the second half of its time, without a click.
    pub(super) fn slide(&mut self) {
        let Some(limits) = &self.machine.limits else { return };
        let second_half = self.now_ms + limits.lifetime_ms / 2 >= limits.expires_ms && self.now_ms < limits.expires_ms;
        let reachable = self.machine.view.reachability == Reachability::Reachable;
        let free = self.machine.in_flight.is_empty() && self.machine.pending_sign_out.is_none();
        if limits.refreshable && second_half && reachable && free && self.now_ms >= self.machine.next_slide_ms {
            self.machine.next_slide_ms = self.now_ms + SLIDE_AGAIN_MS.min(limits.lifetime_ms / 10);
            self.refresh(CookieCall::Slide);
        }
    }

    /// Asks the server to move the deadline.
    pub(super) fn refresh(&mut self, call: CookieCall) {
        if let SessionState::Active(active) = &self.machine.view.session {
            let session = active.session.id.clone();
            self.invalidate_in_flight();
            self.machine.in_flight.push(call);
            self.effects.push(Effect::Refresh(session));
        }
    }
}
