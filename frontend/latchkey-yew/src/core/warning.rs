//! The warning before the deadline: two minutes ahead, or a tenth of a short lifetime, but at least the twenty seconds that
//! WCAG 2.2.1 asks for, and at most half of the lifetime.
//! If the deadline may have moved without this tab's knowledge (another tab, another device), a check precedes the warning.

use super::in_flight::CookieCall;
use super::limits::Limits;
use super::machine::Step;
use crate::core::answer::SignInAnswer;
use crate::core::effect::Alarm;
use crate::view::{Failure, Reachability, ReauthPurpose, SignIn, StayRequest};

/// The shortest time between the warning and the deadline.
const SHORTEST_LEAD_MS: u64 = 20_000;
/// Limits that were received this recently need no check before the warning.
const FRESH_MS: u64 = 2_000;

impl Step {
    /// Moves the warning with the limits. A warning that is shown stays if the deadline is still near.
    pub(super) fn plan_warning(&mut self) {
        let longest_ms = self.machine.settings.longest_warning_ms;
        let limits = self.machine.limits.as_ref();
        self.machine.warning_at_ms =
            limits.map(|limits| limits.deadline().at_ms.saturating_sub(warning_lead_ms(limits, longest_ms)));
        self.warning_due();
    }

    /// Shows the warning, requests a check first, or waits until it is time.
    pub(super) fn warning_due(&mut self) {
        let (Some(limits), Some(warning_ms)) = (&self.machine.limits, self.machine.warning_at_ms) else { return };
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
            self.request_background_check();
        }
    }

    /// The user asked to stay signed in. Before an idle limit the click itself is activity; before the deadline the session is
    /// refreshed, or the dialog asks for the password if the server does not allow refreshes.
    pub(super) fn stay_requested(&mut self) {
        let Some(limits) = &self.machine.limits else { return };
        let (idle, refreshable) = (limits.deadline().idle, limits.refreshable);
        if idle {
            self.machine.unreported_activity_ms = Some(self.now_ms);
            self.machine.view.stay_request = StayRequest::Pending;
            self.machine.check_pending = true;
        } else if !refreshable {
            self.open_reauth(ReauthPurpose::Continue);
        } else if let Some(call) = self.machine.cookie_calls.iter_mut().find(|call| **call == CookieCall::Slide) {
            // The same click was activity and has started the refresh; now the user waits for it.
            *call = CookieCall::Stay;
            self.machine.view.stay_request = StayRequest::Pending;
        } else if self.machine.cookie_calls.is_empty() {
            self.machine.view.stay_request = StayRequest::Pending;
            self.refresh(CookieCall::Stay);
        }
    }

    /// Settles the request to stay, if the check just answered was the one that it waits for.
    pub(super) fn settle_stay_request(&mut self) {
        let waits = self.machine.view.stay_request == StayRequest::Pending
            && !self.machine.cookie_calls.contains(&CookieCall::Stay);
        if waits && !self.machine.check_pending {
            let unreachable = self.machine.view.reachability != Reachability::Reachable;
            self.machine.view.stay_request =
                if unreachable { StayRequest::Failed(Failure::Unreachable) } else { StayRequest::Idle };
        }
    }

    /// Applies the answer to a refresh. If the deadline was not moved, a check finds out why.
    pub(super) fn refresh_answered(&mut self, answer: SignInAnswer, sent_at_ms: u64) {
        let call = self.take_cookie_call(|call| matches!(call, CookieCall::Stay | CookieCall::Slide));
        let automatic = call == Some(CookieCall::Slide);
        let failure = match &answer {
            SignInAnswer::Done(_) => None,
            SignInAnswer::Refused(refusal) => Some(Failure::Refused(refusal.clone())),
            SignInAnswer::Unavailable | SignInAnswer::TooManyAttempts { .. } => Some(Failure::Unreachable),
        };
        let sign_in = std::mem::take(&mut self.machine.view.sign_in);
        self.apply_sign_in(answer, sent_at_ms);
        if let Some(failure) = failure {
            self.machine.view.sign_in = if sign_in == SignIn::Pending { SignIn::Idle } else { sign_in };
            if !automatic {
                self.machine.view.stay_request = StayRequest::Failed(failure);
            }
            self.request_check();
        } else {
            self.machine.view.stay_request = StayRequest::Idle;
        }
    }
}

/// Time between the warning and the deadline: `longest_ms` at most, but long enough to react.
pub(super) fn warning_lead_ms(limits: &Limits, longest_ms: u64) -> u64 {
    let whole_ms = if limits.deadline().idle { limits.idle_timeout_ms } else { limits.lifetime_ms };
    (whole_ms / 10).min(longest_ms).max(SHORTEST_LEAD_MS).min(whole_ms / 2)
}

#[cfg(test)]
mod tests {
    use latchkey_shared::SessionId;

    use super::*;

    fn limits(lifetime_ms: u64, idle_timeout_ms: Option<u64>) -> Limits {
        Limits {
            session: SessionId("s".into()),
            expires_at_ms: lifetime_ms,
            idle_at_ms: idle_timeout_ms,
            idle_timeout_ms: idle_timeout_ms.unwrap_or_default(),
            lifetime_ms,
            refreshable: false,
            sent_at_ms: 0,
            received_at_ms: 0,
        }
    }

    #[test]
    fn two_minutes_ahead_or_the_last_tenth_but_long_enough_to_react() {
        for (lifetime_s, expected_ms) in [(604_800, 120_000), (600, 60_000), (60, 20_000), (10, 5_000)] {
            assert_eq!(warning_lead_ms(&limits(lifetime_s * 1_000, None), 120_000), expected_ms, "{lifetime_s}");
        }
    }

    #[test]
    fn a_nearer_idle_limit_counts_whole_however_little_of_it_is_left() {
        assert_eq!(warning_lead_ms(&limits(604_800_000, Some(30_000)), 120_000), 15_000);
        let nearly_over = Limits { idle_at_ms: Some(3_000), ..limits(604_800_000, Some(900_000)) };
        assert_eq!(warning_lead_ms(&nearly_over, 120_000), 90_000);
    }
}
