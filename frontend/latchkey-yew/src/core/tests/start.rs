//! The first moments: what the server wrote into the page, or nothing.

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
fn an_embedded_nobody_is_anonymous_without_request_or_toast() {
    let (bench, checks, notices) = started_with(EndReason::SessionMissing);
    assert_eq!((bench.session(), checks, notices), (&SessionState::Anonymous, 0, 0));
}

#[test]
fn an_embedded_end_is_told_once_and_checked_once_to_remove_the_cookie() {
    let (mut bench, checks, told) = started_with(EndReason::SessionExpired);
    assert_eq!((checks, told), (1, 1));
    let effects = bench.checked(ended(EndReason::SessionExpired));
    assert_eq!(notices(&effects), 0);
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::SessionExpired.into()));
}

#[test]
fn without_anything_embedded_one_check_and_one_fetch_find_out() {
    let mut bench = Bench::unknown();
    assert_eq!(fetches(&bench.checked(active("ada", 1))), 1);
    assert_eq!(bench.session(), &SessionState::Unknown);
    bench.fetched(Answer::Active(user("ada", 1)));
    assert_eq!(bench.user(), Some(("ada", 1)));
}

#[test]
fn a_first_check_that_cannot_tell_leaves_it_open_and_asks_again() {
    let mut bench = Bench::unknown();
    assert!(retry_ms(&bench.checked(cannot_tell())).is_some());
    assert_eq!((bench.session(), bench.reachable()), (&SessionState::Unknown, false));
    assert_eq!(checks(&bench.after(1, Event::RetryDue)), 1);
}
