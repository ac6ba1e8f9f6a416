//! The user's activity. A check reports it to the server with its time, as often as the idle limit needs. Only what the user
//! does is activity. Where the server lets deadlines slide, activity also refreshes the session.

use super::in_flight::CookieCall;
use super::machine::Step;
use crate::core::effect::{Alarm, Effect};
use crate::view::{Reachability, SessionState};

/// Time between two reports of activity; the server stores no more than this.
const REPORT_EVERY_MS: u64 = 60_000;
/// The wait between two automatic refreshes, so that a failed one is not repeated at once.
const SLIDE_AGAIN_MS: u64 = 60_000;

impl Step {
    /// The user did something.
    pub(super) fn user_active(&mut self) {
        if self.machine.view.session.active().is_none() {
            return;
        }
        self.machine.unreported_activity_ms = Some(self.now_ms);
        if self.deadline_passed() {
            // The computer slept, and its timers with it: the session may have ended.
            self.request_background_check();
        }
        let Some(wait_ms) = self.report_wait_ms() else { return self.slide_if_due() };
        if wait_ms == 0 {
            self.report_activity();
        } else {
            self.schedule(Alarm::Activity, wait_ms);
        }
        self.slide_if_due();
    }

    /// Requests a check that reports the activity. One in flight does not count, since it may report none.
    pub(super) fn report_activity(&mut self) {
        if self.machine.unreported_activity_ms.is_some() && self.report_wait_ms().is_some() {
            self.machine.check_pending = true;
        }
    }

    /// How long the next report must wait; `None` without an idle limit, and while the server is unreachable: the retry reports.
    fn report_wait_ms(&self) -> Option<u64> {
        if self.machine.view.reachability != Reachability::Reachable {
            return None;
        }
        let limits = self.machine.limits.as_ref().filter(|limits| limits.idle_at_ms.is_some())?;
        let warned = self.machine.view.expiring.is_some_and(|deadline| deadline.idle);
        if warned {
            return Some(0);
        }
        let every_ms = REPORT_EVERY_MS.min(limits.idle_timeout_ms / 4);
        Some((self.machine.activity_reported_ms + every_ms).saturating_sub(self.now_ms))
    }

    /// Refreshes the session of an active user in the second half of its lifetime, if the server allows it.
    pub(super) fn slide_if_due(&mut self) {
        let Some(limits) = &self.machine.limits else { return };
        let second_half =
            self.now_ms + limits.lifetime_ms / 2 >= limits.expires_at_ms && self.now_ms < limits.expires_at_ms;
        let reachable = self.machine.view.reachability == Reachability::Reachable;
        let free = self.machine.cookie_calls.is_empty() && self.machine.pending_sign_out.is_none();
        if limits.refreshable && second_half && reachable && free && self.now_ms >= self.machine.next_slide_ms {
            self.machine.next_slide_ms = self.now_ms + SLIDE_AGAIN_MS.min(limits.lifetime_ms / 10);
            self.refresh(CookieCall::Slide);
        }
    }

    /// Asks the server for a new deadline.
    pub(super) fn refresh(&mut self, call: CookieCall) {
        if let SessionState::Active(active) = &self.machine.view.session {
            let session = active.session.id.clone();
            self.invalidate_in_flight();
            self.machine.cookie_calls.push(call);
            self.effects.push(Effect::Refresh(session));
        }
    }
}
