//! Lifetimes are exact to the millisecond.

use jiff::ToSpan;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);
const FIXED: Lifetimes = Lifetimes { session: MINUTE, unremembered: HALF, idle: None, sliding: None, reauth: MINUTE };
const HALF: Duration = Duration::from_secs(30);
const IDLE: Lifetimes = Lifetimes { idle: Some(Duration::from_secs(20)), ..FIXED };
const SLIDING: Lifetimes = Lifetimes { sliding: Some(Duration::from_secs(150)), ..FIXED };

fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn session() -> SessionTimes {
    SessionTimes {
        created_at: start(),
        expires_at: FIXED.deadline(start(), true),
        last_seen_at: start(),
        remembered: true,
        ended: None,
    }
}

#[test]
fn a_session_is_active_until_the_instant_of_its_deadline() {
    assert_eq!(FIXED.end_reason(&session(), start()), None);
    assert_eq!(FIXED.end_reason(&session(), start() + 59_999.milliseconds()), None);
    assert_eq!(FIXED.end_reason(&session(), start() + 60.seconds()), Some(EndReason::SessionExpired));
}

#[test]
fn an_earlier_end_keeps_its_reason_after_the_deadline() {
    let revoked = SessionTimes { ended: Some(EndReason::SessionRevoked), ..session() };
    assert_eq!(IDLE.end_reason(&revoked, start()), Some(EndReason::SessionRevoked));
    assert_eq!(IDLE.end_reason(&revoked, start() + 2.hours()), Some(EndReason::SessionRevoked));
}

#[test]
fn an_idle_session_ends_at_its_limit_and_activity_moves_it() {
    assert_eq!(IDLE.end_reason(&session(), start() + 19_999.milliseconds()), None);
    assert_eq!(IDLE.end_reason(&session(), start() + 20.seconds()), Some(EndReason::SessionIdle));
    let active = SessionTimes { last_seen_at: start() + 15.seconds(), ..session() };
    assert_eq!(IDLE.end_reason(&active, start() + 34_999.milliseconds()), None);
    assert_eq!(IDLE.idle_deadline(&active), Some(start() + 35.seconds()));
    assert_eq!(FIXED.idle_deadline(&active), None);
}

#[test]
fn the_deadline_that_passed_first_is_the_reason() {
    let idle_first = start() + 2.hours();
    assert_eq!(IDLE.end_reason(&session(), idle_first), Some(EndReason::SessionIdle));
    let busy_to_the_end = SessionTimes { last_seen_at: start() + 55.seconds(), ..session() };
    assert_eq!(IDLE.end_reason(&busy_to_the_end, start() + 2.hours()), Some(EndReason::SessionExpired));
}

#[test]
fn activity_is_written_once_a_minute_or_more_often_under_a_short_limit() {
    assert!(!FIXED.should_touch(&session(), start() + 59.seconds()));
    assert!(FIXED.should_touch(&session(), start() + 60.seconds()));
    assert!(!IDLE.should_touch(&session(), start() + 333.milliseconds()));
    assert!(IDLE.should_touch(&session(), start() + 334.milliseconds()));
    assert!(!IDLE.should_touch(&session(), start() - 1.seconds()), "later activity is recorded already");
}

#[test]
fn refreshing_moves_the_deadline_up_to_the_cap_and_never_back() {
    assert_eq!(FIXED.refreshed_deadline(&session(), start() + 30.seconds()), None);
    assert_eq!(SLIDING.refreshed_deadline(&session(), start() + 30.seconds()), Some(start() + 90.seconds()));
    assert_eq!(SLIDING.refreshed_deadline(&session(), start() + 100.seconds()), Some(start() + 150.seconds()));
    let longer_once = SessionTimes { expires_at: start() + 10.minutes(), ..session() };
    assert_eq!(SLIDING.refreshed_deadline(&longer_once, start()), Some(start() + 10.minutes()));
}

#[test]
fn an_unremembered_session_ends_sooner_and_cannot_be_refreshed_beyond_its_limit() {
    assert_eq!(FIXED.deadline(start(), false), start() + 30.seconds());
    let longer = Lifetimes { unremembered: MINUTE * 2, ..SLIDING };
    assert_eq!(longer.deadline(start(), false), start() + 60.seconds(), "the shorter of the two");
    let unremembered = |lifetimes: &Lifetimes| SessionTimes {
        remembered: false,
        expires_at: lifetimes.deadline(start(), false),
        ..session()
    };
    let refreshed = |lifetimes: &Lifetimes, at: i64| {
        lifetimes.refreshed_deadline(&unremembered(lifetimes), start() + at.seconds()).unwrap()
    };
    assert_eq!(refreshed(&SLIDING, 20), start() + 30.seconds());
    assert_eq!(refreshed(&longer, 20), start() + 80.seconds());
    assert_eq!(refreshed(&longer, 100), start() + 120.seconds());
    let capped = Lifetimes { unremembered: MINUTE * 9, ..SLIDING };
    assert_eq!(refreshed(&capped, 149), start() + 150.seconds(), "nor beyond the limit of all sessions");
}

#[test]
fn an_authentication_is_recent_within_the_window_only() {
    assert!(FIXED.recently_authenticated(&session(), start() + 60.seconds()));
    assert!(!FIXED.recently_authenticated(&session(), start() + 60_001.milliseconds()));
}

#[test]
fn contradictory_lifetimes_are_rejected() {
    assert_eq!(FIXED.check().and(IDLE.check()).and(SLIDING.check()), Ok(()));
    assert!(Lifetimes { idle: Some(MINUTE), ..FIXED }.check().is_err());
    assert!(Lifetimes { sliding: Some(MINUTE / 2), ..FIXED }.check().is_err());
}

#[test]
fn short_lifetimes_without_refresh_are_noticed() {
    assert!(FIXED.are_short_without_refresh() && !SLIDING.are_short_without_refresh());
    assert!(!Lifetimes { session: WCAG_EXEMPT_LIFETIME, ..FIXED }.are_short_without_refresh());
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
fn durations_are_rounded_up_to_whole_seconds() {
    assert_eq!((whole_seconds(MINUTE), whole_seconds(Duration::from_millis(1_001))), (60, 2));
}

#[test]
fn a_lifetime_beyond_the_calendar_ends_with_the_calendar() {
    assert_eq!(Lifetimes { session: Duration::MAX, ..FIXED }.deadline(start(), true), Timestamp::MAX);
}
