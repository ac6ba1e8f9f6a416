//! The warning before the end: two minutes ahead, or the last tenth of a short lifetime, so that nobody is surprised; but
//! twenty seconds at least, which is what WCAG 2.2.1 gives a user to answer, where half of the lifetime is as long.
//! It is true when it shows: where the end can have moved (another tab, another device), the server is asked first.

use super::in_flight::CookieCall;
use super::limits::Limits;
use super::machine::Step;
use crate::core::answer::SignInAnswer;
use crate::core::effect::Alarm;
use crate::view::{Failure, Reachability, ReauthPurpose, SignIn, StayRequest};

/// How long ahead at least.
const SHORTEST_MS: u64 = 20_000;
/// What was told of the limits this recently is true enough to warn by.
const FRESH_MS: u64 = 2_000;

impl Step {
    /// The limits moved: so does the warning. One that shows stays if the end is still near.
    pub(super) fn plan_warning(&mut self) {
        let longest_ms = self.machine.settings.longest_warning_ms;
        let limits = self.machine.limits.as_ref();
        self.machine.warning_ms =
            limits.map(|limits| limits.deadline().at_ms.saturating_sub(ahead_ms(limits, longest_ms)));
        self.warning_due();
    }

    /// Warns, asks first, or waits on.
    pub(super) fn warning_due(&mut self) {
        let (Some(limits), Some(warning_ms)) = (&self.machine.limits, self.machine.warning_ms) else { return };
        let deadline = limits.deadline();
        if self.now_ms < warning_ms {
            self.machine.view.expiring = None;
            self.machine.view.stay_request = StayRequest::Idle;
            self.schedule_at(Alarm::Warning, warning_ms);
            return;
        }
        let can_move = deadline.idle || limits.refreshable;
        let fresh = self.now_ms <= limits.received_at_ms + FRESH_MS;
        if !can_move || fresh || self.machine.view.expiring.is_some() {
            self.machine.view.expiring = Some(deadline);
        } else {
            self.request_check();
        }
    }

    /// The user wants to stay. Where it ends only because nobody did anything, this is doing something; elsewhere it is
    /// prolonged where the server lets it, and where not the password is asked for.
    pub(super) fn stay_requested(&mut self) {
        let Some(limits) = &self.machine.limits else { return };
        let (idle, refreshable) = (limits.deadline().idle, limits.refreshable);
        if idle {
            self.machine.unreported_activity_ms = Some(self.now_ms);
            self.machine.view.stay_request = StayRequest::Pending;
            self.machine.check_pending = true;
        } else if !refreshable {
            self.ask_password(ReauthPurpose::Continue);
        } else if let Some(call) = self.machine.in_flight.iter_mut().find(|call| **call == CookieCall::Slide) {
            // The click was activity: what it asked for is on its way, and the user waits for it from now on.
            *call = CookieCall::Stay;
            self.machine.view.stay_request = StayRequest::Pending;
        } else if self.machine.in_flight.is_empty() {
            self.machine.view.stay_request = StayRequest::Pending;
            self.refresh(CookieCall::Stay);
        }
    }

    /// A check was answered: was it the one that the user waits for?
    pub(super) fn staying_answered(&mut self) {
        let waits = self.machine.view.stay_request == StayRequest::Pending
            && !self.machine.in_flight.contains(&CookieCall::Stay);
        if waits && !self.machine.check_pending {
            let unreachable = self.machine.view.reachability != Reachability::Reachable;
            self.machine.view.stay_request =
                if unreachable { StayRequest::Failed(Failure::Unreachable) } else { StayRequest::Idle };
        }
    }

    /// If the server did not move the deadline, a check says where that leaves the user.
    pub(super) fn refresh_answered(&mut self, answer: SignInAnswer, sent_at_ms: u64) {
        let call = self.call_over(|call| matches!(call, CookieCall::Stay | CookieCall::Slide));
        let by_itself = call == Some(CookieCall::Slide);
        let failure = match &answer {
            SignInAnswer::Done(_) => None,
            SignInAnswer::Refused(refusal) => Some(Failure::Refused(refusal.clone())),
            SignInAnswer::CannotTell | SignInAnswer::TooManyAttempts { .. } => Some(Failure::Unreachable),
        };
        let sign_in = std::mem::take(&mut self.machine.view.sign_in);
        self.sign_in_applied(answer, sent_at_ms);
        if let Some(failure) = failure {
            self.machine.view.sign_in = if sign_in == SignIn::Pending { SignIn::Idle } else { sign_in };
            if !by_itself {
                self.machine.view.stay_request = StayRequest::Failed(failure);
            }
            self.request_check();
        } else {
            self.machine.view.stay_request = StayRequest::Idle;
        }
    }
}

/// How long before the nearer of the two limits the warning comes; `longest_ms` at most, but never too short to answer.
pub(super) fn ahead_ms(limits: &Limits, longest_ms: u64) -> u64 {
    let whole_ms = if limits.deadline().idle { limits.idle_timeout_ms } else { limits.lifetime_ms };
    (whole_ms / 10).min(longest_ms).max(SHORTEST_MS).min(whole_ms / 2)
}

#[cfg(test)]
mod tests {
    use latchkey_shared::SessionId;

    use super::*;

    fn limits(lifetime_ms: u64, idle_timeout_ms: Option<u64>) -> Limits {
        Limits {
            session: SessionId("s".into()),
            expires_ms: lifetime_ms,
            idle_ms: idle_timeout_ms,
            idle_timeout_ms: idle_timeout_ms.unwrap_or_default(),
            lifetime_ms,
            refreshable: false,
            sent_at_ms: 0,
            received_at_ms: 0,
        }
    }

    #[test]
    fn two_minutes_ahead_or_the_last_tenth_but_long_enough_to_answer() {
        for (lifetime_s, expected_ms) in [(604_800, 120_000), (600, 60_000), (60, 20_000), (10, 5_000)] {
            assert_eq!(ahead_ms(&limits(lifetime_s * 1_000, None), 120_000), expected_ms, "{lifetime_s}");
        }
    }

    #[test]
    fn an_idle_limit_that_is_nearer_counts_whole_however_little_of_it_is_left() {
        assert_eq!(ahead_ms(&limits(604_800_000, Some(30_000)), 120_000), 15_000);
        let nearly_over = Limits { idle_ms: Some(3_000), ..limits(604_800_000, Some(900_000)) };
        assert_eq!(ahead_ms(&nearly_over, 120_000), 90_000);
    }
}
