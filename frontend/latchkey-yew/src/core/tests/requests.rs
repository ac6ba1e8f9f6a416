//! How the answers to a page's own requests affect the session.

use latchkey_shared::{EndReason, SessionId};

use crate::core::answer::Answer;
use crate::core::event::Event;
use crate::core::tab_message::SessionEnd;
use crate::core::test_bench::*;
use crate::view::{ReauthPurpose, SessionState};

fn end(session: &str, reason: EndReason) -> SessionEnd {
    SessionEnd::new(SessionId(session.into()), reason)
}

fn replaced() -> Event {
    let mut replaced = signed_in("ada", 1);
    replaced.session.id = SessionId("after".into());
    Event::SessionReplaced { signed_in: replaced, sent_at_ms: 0 }
}

fn active_session(bench: &Bench) -> Option<&str> {
    bench.session().active().map(|active| active.session.id.0.as_str())
}

#[test]
fn a_request_knows_why_the_session_ended_whose_cookie_a_check_did_not_find() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    bench.checked(ended(EndReason::SessionMissing));
    assert!(bench.dispatch(Event::SessionEndFound(end("ada", EndReason::PasswordChanged))).is_empty());
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::PasswordChanged.into()));
}

#[test]
fn a_request_that_finds_the_current_session_ended_ends_it_and_shows_it_once() {
    let mut bench = Bench::signed_in("ada");
    let revoked = || Event::SessionEndFound(end("ada", EndReason::SessionRevoked));
    assert_eq!(notices(&bench.dispatch(revoked())), 1);
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::SessionRevoked.into()));
    assert_eq!(notices(&bench.dispatch(revoked())), 0);
}

#[test]
fn the_end_of_an_earlier_session_ends_nothing() {
    let mut bench = Bench::signed_in("ada");
    assert!(bench.dispatch(Event::SessionEndFound(end("before", EndReason::SessionRevoked))).is_empty());
    assert_eq!(bench.user(), Some(("ada", 1)));
}

#[test]
fn if_the_cookie_belongs_to_another_session_a_check_finds_and_adopts_it() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    assert_eq!(checks(&bench.dispatch(Event::SessionChanged)), 0);
    assert_eq!(checks(&bench.checked(active("ada", 1))), 1);
    assert_eq!(fetches(&bench.checked(active("bob", 1))), 1);
    bench.fetched(Answer::Active(user("bob", 1)));
    assert_eq!(bench.user(), Some(("bob", 1)));
}

#[test]
fn a_new_session_is_adopted_and_older_answers_are_ignored() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    bench.dispatch(Event::ReplacementStarted);
    bench.dispatch(replaced());
    bench.checked(ended(EndReason::PasswordChanged));
    assert_eq!(active_session(&bench), Some("after"));
}

#[test]
fn the_end_of_a_session_that_is_being_replaced_is_no_end() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::ReplacementStarted);
    let effects = bench.dispatch(Event::EndStreamed(end("ada", EndReason::PasswordChanged)));
    assert_eq!((checks(&effects), notices(&effects)), (0, 0));
    assert_eq!(checks(&bench.dispatch(replaced())), 0);
    assert_eq!(active_session(&bench), Some("after"));
}

#[test]
fn if_another_tab_may_have_replaced_an_ended_session_a_check_finds_out() {
    let mut bench = Bench::signed_in("ada");
    let effects = bench.dispatch(Event::EndStreamed(end("ada", EndReason::PasswordChanged)));
    assert_eq!((checks(&effects), notices(&effects)), (1, 0));
    assert!(bench.machine.view.unverified, "hidden first, asked then");
    assert_eq!(notices(&bench.checked(ended(EndReason::PasswordChanged))), 1);
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::PasswordChanged.into()));
}

#[test]
fn a_check_that_waited_for_a_failed_replacement_is_started() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::ReplacementStarted);
    assert_eq!(checks(&bench.dispatch(NAVIGATES)), 0);
    assert_eq!(checks(&bench.dispatch(Event::ReplacementFailed { outcome_unknown: false })), 1);
}

#[test]
fn re_authentication_opens_a_dialog_only_if_a_user_is_signed_in() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::ReauthRequired);
    assert!(bench.machine.view.reauth.as_ref().is_some_and(|reauth| reauth.purpose == ReauthPurpose::Confirm));
    bench.dispatch(replaced());
    assert_eq!(bench.machine.view.reauth, None);
    let mut bench = Bench::unknown();
    bench.dispatch(Event::ReauthRequired);
    assert_eq!(bench.machine.view.reauth, None);
}

#[test]
fn leaving_the_page_closes_the_dialog_that_it_opened_but_not_the_one_to_stay_signed_in() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::ReauthRequired);
    bench.dispatch(NAVIGATES);
    assert_eq!(bench.machine.view.reauth, None);
    bench.dispatch(Event::StayRequested);
    bench.dispatch(NAVIGATES);
    assert!(bench.machine.view.reauth.is_some());
}

#[test]
fn a_changed_user_shows_at_once_and_older_answers_cannot_undo_it() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    bench.checked(active("ada", 2));
    let effects = bench.dispatch(Event::UserChanged(user("ada", 3)));
    assert_eq!((bench.user(), fetches(&effects)), (Some(("ada", 3)), 0));
    bench.fetched(Answer::Active(user("ada", 2)));
    bench.dispatch(Event::UserChanged(user("ada", 2)));
    assert_eq!(bench.user(), Some(("ada", 3)));
}
