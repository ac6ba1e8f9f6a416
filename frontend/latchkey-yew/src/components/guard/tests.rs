//! Who sees what, as rules.

use std::rc::Rc;

use latchkey_shared::{Session, SessionId, Timestamp, User, UserId};

use super::*;
use crate::route::test_routes::routes;
use crate::view::ActiveSession;

fn active() -> SessionState {
    SessionState::Active(ActiveSession {
        user: Rc::new(User::new(UserId("u1".into()), "ada@example.org", "Ada", 1)),
        session: Session::new(SessionId("s1".into()), Timestamp(String::new()), Timestamp(String::new()), 60),
        received_at_ms: 0,
    })
}

fn store(session: &SessionState) -> SessionView {
    SessionView { session: session.clone(), ..SessionView::default() }
}

fn on_account(session: &SessionState) -> GuardDecision {
    decide(Access::SignedIn, &store(session), "/account?tab=profile", &SignInQuery::default(), &routes())
}

fn on_sign_in(session: &SessionState, next: &str) -> GuardDecision {
    let query = SignInQuery { next: Some(next.into()), reason: None };
    decide(Access::SignedOut, &store(session), "/auth", &query, &routes())
}

fn led_to_sign_in(next: Option<&str>, reason: EndReason) -> GuardDecision {
    GuardDecision::SignIn(SignInQuery { next: next.map(Into::into), reason: Some(reason) })
}

#[test]
fn a_protected_page_shows_only_to_the_signed_in() {
    assert_eq!(on_account(&active()), GuardDecision::Show);
    for other in [SessionState::Unknown, SessionState::Anonymous, SessionState::Ended(EndReason::SessionIdle.into())] {
        assert_ne!(on_account(&other), GuardDecision::Show);
    }
}

#[test]
fn nobody_is_led_away_before_it_is_known_who_they_are() {
    assert_eq!(on_account(&SessionState::Unknown), GuardDecision::Wait);
    assert_eq!(on_sign_in(&SessionState::Unknown, "/account"), GuardDecision::Wait);
}

#[test]
fn the_sign_in_page_learns_the_reason_and_where_to_return() {
    let here = Some("/account?tab=profile");
    let expired = SessionState::Ended(EndReason::SessionExpired.into());
    assert_eq!(on_account(&expired), led_to_sign_in(here, EndReason::SessionExpired));
    assert_eq!(on_account(&SessionState::Anonymous), led_to_sign_in(here, EndReason::SessionMissing));
}

#[test]
fn who_signed_out_is_not_asked_to_return() {
    let signed_out = SessionState::SignedOut;
    assert_eq!(on_account(&signed_out), led_to_sign_in(None, EndReason::SignedOut));
}

#[test]
fn whose_session_was_signed_out_elsewhere_may_return() {
    let elsewhere = SessionState::Ended(EndReason::SignedOut.into());
    let here = Some("/account?tab=profile");
    assert_eq!(on_account(&elsewhere), led_to_sign_in(here, EndReason::SignedOut));
}

#[test]
fn a_public_page_shows_to_everybody_and_leads_nobody_away() {
    for session in [
        SessionState::Unknown,
        SessionState::Anonymous,
        SessionState::Ended(EndReason::SessionExpired.into()),
        active(),
    ] {
        assert_eq!(
            decide(Access::Public, &store(&session), "/", &SignInQuery::default(), &routes()),
            GuardDecision::Show
        );
    }
}

#[test]
fn the_signed_in_are_sent_on_from_the_sign_in_page_safely() {
    assert_eq!(on_sign_in(&active(), "/account"), GuardDecision::Redirect("/account".into()));
    assert_eq!(on_sign_in(&active(), "//evil.example"), GuardDecision::Redirect("/dashboard".into()));
}

#[test]
fn a_page_that_waits_for_its_person_is_kept_and_so_is_a_doubtful_one() {
    let reauth =
        Some(crate::view::Reauth { email: "ada@example.org".into(), purpose: crate::view::ReauthPurpose::Continue });
    let ended = SessionView { reauth, ..store(&SessionState::Ended(EndReason::SessionExpired.into())) };
    let unverified = SessionView { unverified: true, ..store(&active()) };
    for store in [ended, unverified] {
        assert_eq!(
            decide(Access::SignedIn, &store, "/account", &SignInQuery::default(), &routes()),
            GuardDecision::Hide
        );
        assert_eq!(decide(Access::Public, &store, "/", &SignInQuery::default(), &routes()), GuardDecision::Show);
    }
}
