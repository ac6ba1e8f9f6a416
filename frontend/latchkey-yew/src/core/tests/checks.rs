//! Checks: one for every route change, one at a time, and a fetch only if the user changed.

use crate::core::answer::Answer;
use crate::core::effect::Effect;
use crate::core::event::{Event, RouteCause};
use crate::core::test_bench::*;
use crate::view::SessionState;

#[test]
fn every_route_change_is_checked_once_and_fetches_nothing() {
    let mut bench = Bench::signed_in("ada");
    for _ in 0..5 {
        assert_eq!(checks(&bench.dispatch(NAVIGATES)), 1);
        assert_eq!(fetches(&bench.checked(active("ada", 1))), 0);
    }
}

#[test]
fn a_check_in_flight_serves_every_request_for_one() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    for event in [NAVIGATES, Event::Resumed, Event::WentOnline, Event::DeadlineDue] {
        assert_eq!(checks(&bench.after(LIFETIME_S, event)), 0);
    }
    assert_eq!(checks(&bench.checked(active("ada", 1))), 0);
}

#[test]
fn a_check_that_finds_nothing_new_changes_nothing_that_components_see() {
    let mut bench = Bench::signed_in("ada");
    let before = bench.machine.view.clone();
    bench.after(100, NAVIGATES);
    assert_eq!(bench.machine.view, before);
    bench.checked(Answer::Active(latchkey_shared::Verified::new(
        session("ada", LIFETIME_S - 100),
        user("ada", 1).id,
        1,
    )));
    assert_eq!(bench.machine.view, before);
}

#[test]
fn a_changed_user_is_fetched_once_while_the_page_stays() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    assert_eq!(fetches(&bench.checked(active("ada", 2))), 1);
    assert_eq!(bench.user(), Some(("ada", 1)));
    bench.dispatch(NAVIGATES);
    assert_eq!(fetches(&bench.checked(active("ada", 2))), 0);
    bench.fetched(Answer::Active(user("ada", 2)));
    assert_eq!(bench.user(), Some(("ada", 2)));
}

#[test]
fn a_new_session_of_the_same_user_is_adopted_without_a_fetch() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    let effects = bench.checked(Answer::Active(latchkey_shared::Verified::new(
        session("another", LIFETIME_S),
        user("ada", 1).id,
        1,
    )));
    assert_eq!(fetches(&effects), 0);
    assert_eq!(bench.session().active().unwrap().session.id.0, "another");
}

#[test]
fn another_user_is_never_shown_the_first_ones_data() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    assert_eq!(fetches(&bench.checked(active("bob", 1))), 1);
    assert_eq!(bench.session(), &SessionState::Unknown);
    bench.fetched(Answer::Active(user("bob", 1)));
    assert_eq!(bench.user(), Some(("bob", 1)));
}

#[test]
fn a_fetch_that_brings_another_user_is_discarded() {
    let mut bench = Bench::unknown();
    bench.checked(active("ada", 1));
    let effects = bench.fetched(Answer::Active(user("bob", 1)));
    assert_eq!(bench.session(), &SessionState::Unknown);
    assert!(retry_ms(&effects).is_some());
}

#[test]
fn a_sign_in_in_another_tab_is_found_by_the_next_check() {
    let mut bench = Bench::unknown();
    bench.checked(ended(latchkey_shared::EndReason::SessionMissing));
    bench.dispatch(NAVIGATES);
    bench.checked(active("ada", 1));
    bench.fetched(Answer::Active(user("ada", 1)));
    assert_eq!(bench.user(), Some(("ada", 1)));
}

#[test]
fn a_navigation_is_in_progress_until_its_check_is_answered() {
    let mut bench = Bench::signed_in("ada");
    assert!(!bench.machine.navigating);
    bench.dispatch(NAVIGATES);
    assert!(bench.machine.navigating);
    bench.checked(unavailable());
    assert!(!bench.machine.navigating);
    bench.dispatch(Event::RetryDue);
    assert!(!bench.machine.navigating, "a retry is no navigation");
}

#[test]
fn a_change_of_the_user_during_an_older_fetch_is_not_lost() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    assert_eq!(fetches(&bench.checked(active("ada", 2))), 1);
    assert_eq!(fetches(&bench.dispatch(Event::UserStreamed { user_version: 3 })), 0, "one at a time");
    assert_eq!(fetches(&bench.fetched(Answer::Active(user("ada", 2)))), 1);
    bench.fetched(Answer::Active(user("ada", 3)));
    assert_eq!(bench.user(), Some(("ada", 3)));
}

#[test]
fn a_server_that_contradicts_itself_about_the_user_is_not_asked_in_a_tight_loop() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    bench.checked(active("ada", 9));
    let asked = (0..10).filter(|_| fetches(&bench.fetched(Answer::Active(user("ada", 2)))) > 0).count();
    assert_eq!(asked, 2);
}

fn new_build(bench: &mut Bench) {
    bench.dispatch(NAVIGATES);
    let (generation, answer) = (bench.generation, active("ada", 1));
    bench.dispatch(Event::Checked { generation, answer, sent_at_ms: 0, new_build: true });
}

fn loads(effects: &[Effect]) -> usize {
    count(effects, |effect| matches!(effect, Effect::LoadPage))
}

#[test]
fn a_newer_build_is_loaded_with_the_next_page_if_no_input_is_unsaved() {
    let mut bench = Bench::signed_in("ada");
    new_build(&mut bench);
    assert_eq!(loads(&bench.dispatch(REDIRECTED)), 0, "not where a guard leads");
    let again = Event::RouteChanged { cause: RouteCause::User, leaves_page: false };
    assert_eq!(loads(&bench.dispatch(again)), 0, "not on the same page");
    let effects = bench.dispatch(NAVIGATES);
    assert_eq!((loads(&effects), checks(&effects)), (1, 0));

    let mut typing = Bench::signed_in("ada");
    new_build(&mut typing);
    typing.dispatch(Event::Edited);
    let effects = typing.dispatch(NAVIGATES);
    assert_eq!((loads(&effects), checks(&effects)), (0, 1));
}
