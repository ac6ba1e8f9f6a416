//! When the session ends, by the server's word and this browser's clock. Both limits count from the moment at which the
//! request was sent: so the deadline is never late, and if it is early the server says so when it is asked then.

use latchkey_shared::Session;

use super::limits::{Limits, lifetime_s};
use super::machine::Step;
use crate::core::effect::Alarm;

impl Step {
    /// Takes the limits from an answer to a request that was sent at a time. What was said before that does not move them back:
    /// an older answer, or an older word of a tab, may come late.
    pub(super) fn set_limits(&mut self, session: &Session, sent_at_ms: u64) {
        self.take_limits(session, sent_at_ms, self.now_ms);
    }

    /// The same from another tab's words, which are as old as they are: a tab that slept hears them late.
    pub(super) fn set_limits_reported(&mut self, session: &Session, sent_at_ms: u64) {
        self.take_limits(session, sent_at_ms, sent_at_ms);
    }

    fn take_limits(&mut self, session: &Session, sent_at_ms: u64, received_at_ms: u64) {
        let at = |seconds: u64| sent_at_ms.saturating_add(seconds.max(1).saturating_mul(1_000));
        let mut limits = Limits {
            session: session.id.clone(),
            expires_ms: at(session.expires_in_s),
            idle_ms: session.idle_expires_in_s.map(at),
            idle_timeout_ms: session.idle_timeout_s.or(session.idle_expires_in_s).unwrap_or_default() * 1_000,
            lifetime_ms: lifetime_s(session) * 1_000,
            refreshable: session.refreshable,
            sent_at_ms,
            received_at_ms,
        };
        if let Some(known) = self.machine.limits.as_ref().filter(|known| known.session == session.id) {
            if sent_at_ms < known.sent_at_ms {
                limits.expires_ms = limits.expires_ms.max(known.expires_ms);
                limits.idle_ms = limits.idle_ms.max(known.idle_ms);
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
