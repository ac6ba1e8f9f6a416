//! When the session ends, by the browser's clock. Limits count from when the request was sent, so the deadline is never late;
//! it may be slightly early, and the check at the deadline then brings the rest.

use latchkey_shared::Session;

use super::limits::{Limits, lifetime_s};
use super::machine::Step;
use crate::core::effect::Alarm;

impl Step {
    /// Takes the limits from an answer to a request that was sent at `sent_at_ms`. Late answers and messages with older limits
    /// do not move them back.
    pub(super) fn set_limits(&mut self, session: &Session, sent_at_ms: u64) {
        self.merge_limits(session, sent_at_ms, self.now_ms);
    }

    /// Takes the limits from another tab's message, which a suspended tab may receive late.
    pub(super) fn set_limits_from_tab(&mut self, session: &Session, sent_at_ms: u64) {
        self.merge_limits(session, sent_at_ms, sent_at_ms);
    }

    fn merge_limits(&mut self, session: &Session, sent_at_ms: u64, received_at_ms: u64) {
        let at = |seconds: u64| sent_at_ms.saturating_add(seconds.max(1).saturating_mul(1_000));
        let mut limits = Limits {
            session: session.id.clone(),
            expires_at_ms: at(session.expires_in_s),
            idle_at_ms: session.idle_expires_in_s.map(at),
            idle_timeout_ms: session.idle_timeout_s.or(session.idle_expires_in_s).unwrap_or_default() * 1_000,
            lifetime_ms: lifetime_s(session) * 1_000,
            refreshable: session.refreshable,
            sent_at_ms,
            received_at_ms,
        };
        if let Some(known) = self.machine.limits.as_ref().filter(|known| known.session == session.id) {
            if sent_at_ms < known.sent_at_ms {
                limits.expires_at_ms = limits.expires_at_ms.max(known.expires_at_ms);
                limits.idle_at_ms = limits.idle_at_ms.max(known.idle_at_ms);
                limits.sent_at_ms = known.sent_at_ms;
            }
            limits.lifetime_ms = limits.lifetime_ms.min(known.lifetime_ms);
            limits.received_at_ms = limits.received_at_ms.max(known.received_at_ms);
        }
        let at_ms = limits.deadline().at_ms;
        self.machine.limits = Some(limits);
        self.schedule_at(Alarm::Deadline, at_ms);
        self.plan_warning();
    }

    /// Takes the limits from an answer that granted the session a whole lifetime: a log-in or a refresh.
    pub(super) fn set_granted_limits(&mut self, session: &Session, sent_at_ms: u64) {
        self.set_limits(session, sent_at_ms);
        if let Some(limits) = &mut self.machine.limits {
            limits.lifetime_ms = session.expires_in_s * 1_000;
        }
    }

    /// At the deadline a check decides, not the clock. A timer that fired early is restarted.
    pub(super) fn deadline_due(&mut self) {
        if self.deadline_passed() {
            self.request_background_check();
        } else if let Some(limits) = &self.machine.limits {
            self.schedule_at(Alarm::Deadline, limits.deadline().at_ms);
        }
    }

    pub(super) fn deadline_passed(&self) -> bool {
        self.machine.limits.as_ref().is_some_and(|limits| self.now_ms >= limits.deadline().at_ms)
    }
}
