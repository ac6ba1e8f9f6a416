//! Pure decisions about time: when a session ends, and how long it still lives.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use latchkey_shared::EndReason;

use crate::store::SessionRecord;

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// From log-in to the deadline.
    pub session: Duration,
}

impl Lifetimes {
    /// The deadline of a session that begins now.
    #[must_use]
    pub fn deadline(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(SignedDuration::try_from(self.session).unwrap_or(SignedDuration::MAX))
            .unwrap_or(Timestamp::MAX)
    }
}

/// Why a session is over, if it is. What was ended before its deadline keeps that reason after it.
#[must_use]
pub fn ended(session: &SessionRecord, now: Timestamp) -> Option<EndReason> {
    session
        .ended
        .or((now >= session.expires_at).then_some(EndReason::SessionExpired))
}

/// Whole seconds until an instant, rounded up, so that it has come when they have passed.
#[must_use]
pub fn seconds_until(instant: Timestamp, now: Timestamp) -> u64 {
    let millis = now.duration_until(instant).as_millis().max(0);
    u64::try_from(millis).unwrap_or(u64::MAX).div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use latchkey_shared::{SessionId, User, UserId};

    use super::*;

    fn start() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn session() -> SessionRecord {
        let user = User {
            id: UserId("u".into()),
            email: "a@b".into(),
            name: "A".into(),
            version: 1,
        };
        let expires_at = Lifetimes {
            session: Duration::from_secs(60),
        }
        .deadline(start());
        SessionRecord {
            id: SessionId("s".into()),
            user,
            created_at: start(),
            expires_at,
            ended: None,
        }
    }

    #[test]
    fn a_session_is_active_until_the_instant_of_its_deadline() {
        assert_eq!(ended(&session(), start()), None);
        assert_eq!(ended(&session(), start() + 59_999.milliseconds()), None);
        assert_eq!(
            ended(&session(), start() + 60.seconds()),
            Some(EndReason::SessionExpired)
        );
    }

    #[test]
    fn an_earlier_end_keeps_its_reason_after_the_deadline() {
        let revoked = SessionRecord {
            ended: Some(EndReason::SessionRevoked),
            ..session()
        };
        assert_eq!(ended(&revoked, start()), Some(EndReason::SessionRevoked));
        assert_eq!(ended(&revoked, start() + 2.hours()), Some(EndReason::SessionRevoked));
    }

    #[test]
    fn seconds_are_rounded_up_and_never_negative() {
        let deadline = start() + 60.seconds();
        assert_eq!(seconds_until(deadline, start()), 60);
        assert_eq!(seconds_until(deadline, start() + 1.millisecond()), 60);
        assert_eq!(seconds_until(deadline, start() + 59_999.milliseconds()), 1);
        assert_eq!(seconds_until(deadline, deadline), 0);
        assert_eq!(seconds_until(deadline, start() + 2.hours()), 0);
    }

    #[test]
    fn a_lifetime_beyond_the_calendar_ends_with_the_calendar() {
        assert_eq!(Lifetimes { session: Duration::MAX }.deadline(start()), Timestamp::MAX);
    }
}
