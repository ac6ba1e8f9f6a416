//! The start, with and without a session embedded in the page.

use latchkey_shared::{EndReason, InitialSession};

use crate::core::answer::Answer;
use crate::core::event::Event;
use crate::core::test_bench::*;
use crate::view::SessionState;

fn started_with(reason: EndReason) -> (Bench, usize, usize) {
    let mut bench = Bench::default();
    let effects = bench.dispatch(started(Some(InitialSession::Ended { reason })));
    (bench, checks(&effects), notices(&effects))
}

#[test]
fn an_embedded_session_is_used_without_any_request() {
    assert_eq!(Bench::signed_in("ada").user(), Some(("ada", 1)));
}

#[test]
fn an_embedded_missing_session_is_anonymous_without_request_or_notice() {
    let (bench, checks, notices) = started_with(EndReason::SessionMissing);
    assert_eq!((bench.session(), checks, notices), (&SessionState::Anonymous, 0, 0));
}

#[test]
fn an_embedded_end_is_shown_once_and_one_check_removes_the_cookie() {
    let (mut bench, checks, shown) = started_with(EndReason::SessionExpired);
    assert_eq!((checks, shown), (1, 1));
    let effects = bench.checked(ended(EndReason::SessionExpired));
    assert_eq!(notices(&effects), 0);
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::SessionExpired.into()));
}

#[test]
fn without_an_embedded_session_one_check_and_one_fetch_find_the_user() {
    let mut bench = Bench::unknown();
    assert_eq!(fetches(&bench.checked(active("ada", 1))), 1);
    assert_eq!(bench.session(), &SessionState::Unknown);
    bench.fetched(Answer::Active(user("ada", 1)));
    assert_eq!(bench.user(), Some(("ada", 1)));
}

#[test]
fn if_the_server_is_unavailable_for_the_first_check_the_state_stays_unknown_and_a_retry_follows() {
    let mut bench = Bench::unknown();
    assert!(retry_ms(&bench.checked(unavailable())).is_some());
    assert_eq!((bench.session(), bench.reachable()), (&SessionState::Unknown, false));
    assert_eq!(checks(&bench.after(1, Event::RetryDue)), 1);
}
