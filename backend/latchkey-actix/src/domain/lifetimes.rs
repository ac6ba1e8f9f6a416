//! Pure rules about time: when a session ends, whether it can be refreshed, and whether its user authenticated recently.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use latchkey_shared::EndReason;

use super::session_record::{SessionTimes, TimeLimits};

/// Shortest time between two writes of a session's last activity.
const TOUCH_INTERVAL: Duration = Duration::from_secs(60);

/// Sessions at least this long are exempt from WCAG 2.2.1 (Timing Adjustable), which otherwise asks for a way to extend them.
const WCAG_EXEMPT_LIFETIME: Duration = Duration::from_secs(20 * 60 * 60);

/// The configured lifetimes of sessions.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Time from log-in, or from the last refresh, to the deadline.
    pub session: Duration,
    /// Longest time from log-in to the end of a session that is not remembered; refreshing cannot exceed it.
    pub unremembered: Duration,
    /// Longest time without activity before a session ends; `None` means no limit.
    pub idle: Option<Duration>,
    /// Longest time from log-in to a refreshed deadline; `None` means that sessions cannot be refreshed.
    pub sliding: Option<Duration>,
    /// Time after a log-in in which other sessions may be ended without giving the password again.
    pub reauth: Duration,
}

/// A contradiction between configured lifetimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifetimeConflict {
    /// The idle limit is not shorter than the lifetime of a session.
    IdleTooLong,
    /// The longest refreshed lifetime is shorter than the lifetime of a session.
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

    /// Whether sessions are so short that users should be able to extend them (WCAG 2.2.1), but cannot.
    #[must_use]
    pub fn are_short_without_refresh(&self) -> bool {
        self.session < WCAG_EXEMPT_LIFETIME && self.sliding.is_none()
    }

    /// The deadline of a session that begins now.
    #[must_use]
    pub fn deadline(&self, now: Timestamp, remembered: bool) -> Timestamp {
        after(now, if remembered { self.session } else { self.session.min(self.unremembered) })
    }

    /// The limits that separate active sessions from overdue ones at `now`.
    #[must_use]
    pub fn limits(&self, now: Timestamp) -> TimeLimits {
        TimeLimits { now, idle: self.idle }
    }

    /// The deadline of a session if it were refreshed now; never earlier than the current one. `None` if sessions cannot be refreshed.
    #[must_use]
    pub fn refreshed_deadline(&self, session: &SessionTimes, now: Timestamp) -> Option<Timestamp> {
        let cap = self.sliding?;
        let last = after(session.created_at, if session.remembered { cap } else { cap.min(self.unremembered) });
        Some(after(now, self.session).min(last).max(session.expires_at))
    }

    /// When a session ends without further activity; `None` without an idle limit.
    #[must_use]
    pub fn idle_deadline(&self, session: &SessionTimes) -> Option<Timestamp> {
        Some(after(session.last_seen_at, self.idle?))
    }

    /// Why a session has ended: the written reason, or else the deadline that passed first. `None` means active. For a cached record a
    /// passed deadline is not final: another server may have moved it, so the store has to be asked.
    #[must_use]
    pub fn end_reason(&self, session: &SessionTimes, now: Timestamp) -> Option<EndReason> {
        let idle_deadline = self.idle_deadline(session).filter(|idle| now >= *idle && *idle < session.expires_at);
        let idle = idle_deadline.map(|_| EndReason::SessionIdle);
        session.ended.or(idle).or((now >= session.expires_at).then_some(EndReason::SessionExpired))
    }

    /// Whether activity at `active_at` should be written: at most once a minute, or more often under a short idle limit.
    #[must_use]
    pub fn should_touch(&self, session: &SessionTimes, active_at: Timestamp) -> bool {
        let every = self.idle.map_or(TOUCH_INTERVAL, |idle| TOUCH_INTERVAL.min(idle / 60));
        active_at >= after(session.last_seen_at, every)
    }

    /// Whether the password was given recently enough to end other sessions.
    #[must_use]
    pub fn recently_authenticated(&self, session: &SessionTimes, now: Timestamp) -> bool {
        now <= after(session.created_at, self.reauth)
    }
}

/// The instant `duration` after another one, at most the end of the calendar.
#[must_use]
pub fn after(instant: Timestamp, duration: Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    instant.saturating_add(duration).unwrap_or(Timestamp::MAX)
}

/// The instant `duration` before another one, at least the beginning of the calendar.
#[must_use]
pub fn before(instant: Timestamp, duration: Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    instant.saturating_sub(duration).unwrap_or(Timestamp::MIN)
}

/// Whole seconds until an instant, rounded up, so that the instant has passed when they have; 0 if it has passed already.
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
