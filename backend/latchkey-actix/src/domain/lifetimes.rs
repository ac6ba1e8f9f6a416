//! Pure decisions about time: when a session ends, how long it still lives, and what counts as recent.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use latchkey_shared::EndReason;

use super::session_record::{SessionRecord, TimeLimits};

/// Activity is written at most this often.
const TOUCH_INTERVAL: Duration = Duration::from_secs(60);

/// From this lifetime on, WCAG 2.2.1 (Timing Adjustable) asks for no way to go on.
const WCAG_EXEMPT_LIFETIME: Duration = Duration::from_secs(20 * 60 * 60);

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// From log-in, or the last refresh, to the deadline.
    pub session: Duration,
    /// The same for a session that is not remembered, if it is the shorter of the two; refreshing cannot reach beyond it.
    pub unremembered: Duration,
    /// How long nothing may be done in a session; `None` means for ever.
    pub idle: Option<Duration>,
    /// From log-in to the last deadline that refreshing can reach; `None` means that it cannot be refreshed.
    pub sliding: Option<Duration>,
    /// How long after a log-in other sessions may be ended without a new proof of the password.
    pub reauth: Duration,
}

/// How lifetimes contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifetimeConflict {
    /// The idle limit is not shorter than a session.
    IdleTooLong,
    /// The last deadline that refreshing can reach comes before the first deadline.
    MaxTooShort,
}

impl Lifetimes {
    /// Checks that the lifetimes do not contradict each other.
    ///
    /// # Errors
    /// [`LifetimeConflict`].
    pub fn check(&self) -> Result<(), LifetimeConflict> {
        if self.idle.is_some_and(|idle| idle >= self.session) {
            return Err(LifetimeConflict::IdleTooLong);
        }
        if self.sliding.is_some_and(|cap| cap < self.session) {
            return Err(LifetimeConflict::MaxTooShort);
        }
        Ok(())
    }

    /// Whether sessions are so short that people should be able to go on, and cannot.
    #[must_use]
    pub fn are_short_without_refresh(&self) -> bool {
        self.session < WCAG_EXEMPT_LIFETIME && self.sliding.is_none()
    }

    /// The deadline of a session that begins now.
    #[must_use]
    pub fn deadline(&self, now: Timestamp, remembered: bool) -> Timestamp {
        after(now, if remembered { self.session } else { self.session.min(self.unremembered) })
    }

    /// The limits that time sets to every session now.
    #[must_use]
    pub fn limits(&self, now: Timestamp) -> TimeLimits {
        TimeLimits { now, idle: self.idle }
    }

    /// The deadline that a session would have if it were refreshed now; `None` where sessions cannot be refreshed.
    /// It is never an earlier one.
    #[must_use]
    pub fn refreshed_deadline(&self, session: &SessionRecord, now: Timestamp) -> Option<Timestamp> {
        let cap = self.sliding?;
        let last = after(session.created_at, if session.remembered { cap } else { cap.min(self.unremembered) });
        Some(after(now, self.session).min(last).max(session.expires_at))
    }

    /// When a session ends if nothing more is done in it; `None` without an idle limit.
    #[must_use]
    pub fn idle_deadline(&self, session: &SessionRecord) -> Option<Timestamp> {
        Some(after(session.last_seen_at, self.idle?))
    }

    /// Why a session is over, if it is: what ended it, or the first of its deadlines. Of a record from memory, the latter is only
    /// a reason to look again: the deadline may have been moved.
    #[must_use]
    pub fn end_reason(&self, session: &SessionRecord, now: Timestamp) -> Option<EndReason> {
        let idle_deadline = self.idle_deadline(session).filter(|idle| now >= *idle && *idle < session.expires_at);
        let idle = idle_deadline.map(|_| EndReason::SessionIdle);
        session.ended.or(idle).or((now >= session.expires_at).then_some(EndReason::SessionExpired))
    }

    /// Whether activity at a time is worth writing down: exactly enough for the idle limit, and rarely enough for the store.
    #[must_use]
    pub fn should_touch(&self, session: &SessionRecord, active_at: Timestamp) -> bool {
        let every = self.idle.map_or(TOUCH_INTERVAL, |idle| TOUCH_INTERVAL.min(idle / 60));
        active_at >= after(session.last_seen_at, every)
    }

    /// Whether the password was proved recently enough to end other sessions.
    #[must_use]
    pub fn recently_authenticated(&self, session: &SessionRecord, now: Timestamp) -> bool {
        now <= after(session.created_at, self.reauth)
    }
}

/// An instant so long after another one.
#[must_use]
pub fn after(instant: Timestamp, duration: Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    instant.saturating_add(duration).unwrap_or(Timestamp::MAX)
}

/// An instant so long before another one.
#[must_use]
pub fn before(instant: Timestamp, duration: Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    instant.saturating_sub(duration).unwrap_or(Timestamp::MIN)
}

/// Whole seconds until an instant, rounded up, so that it has come when they have passed.
#[must_use]
pub fn seconds_until(instant: Timestamp, now: Timestamp) -> u64 {
    let millis = now.duration_until(instant).as_millis().max(0);
    u64::try_from(millis).unwrap_or(u64::MAX).div_ceil(1000)
}

/// A duration in whole seconds, rounded up.
#[must_use]
pub fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests;
