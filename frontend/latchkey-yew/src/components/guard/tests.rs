//! The rules of the guard.

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

fn view(session: &SessionState) -> SessionView {
    SessionView { session: session.clone(), ..SessionView::default() }
}

fn on_account(session: &SessionState) -> GuardDecision {
    decide(Access::SignedIn, &view(session), "/account?tab=profile", &SignInQuery::default(), &routes())
}

fn on_sign_in(session: &SessionState, next: &str) -> GuardDecision {
    let query = SignInQuery { next: Some(next.into()), reason: None };
    decide(Access::SignedOut, &view(session), "/auth", &query, &routes())
}

fn redirected_to_sign_in(next: Option<&str>, reason: EndReason) -> GuardDecision {
    GuardDecision::SignIn(SignInQuery { next: next.map(Into::into), reason: Some(reason) })
}

#[test]
fn a_protected_page_is_shown_only_to_signed_in_users() {
    assert_eq!(on_account(&active()), GuardDecision::Show);
    for other in [SessionState::Unknown, SessionState::Anonymous, SessionState::Ended(EndReason::SessionIdle.into())] {
        assert_ne!(on_account(&other), GuardDecision::Show);
    }
}

#[test]
fn the_guard_does_not_redirect_before_the_session_is_known() {
    assert_eq!(on_account(&SessionState::Unknown), GuardDecision::Wait);
    assert_eq!(on_sign_in(&SessionState::Unknown, "/account"), GuardDecision::Wait);
}

#[test]
fn the_redirect_to_the_sign_in_page_carries_reason_and_next() {
    let here = Some("/account?tab=profile");
    let expired = SessionState::Ended(EndReason::SessionExpired.into());
    assert_eq!(on_account(&expired), redirected_to_sign_in(here, EndReason::SessionExpired));
    assert_eq!(on_account(&SessionState::Anonymous), redirected_to_sign_in(here, EndReason::SessionMissing));
}

#[test]
fn after_a_sign_out_the_redirect_carries_no_next() {
    let signed_out = SessionState::SignedOut;
    assert_eq!(on_account(&signed_out), redirected_to_sign_in(None, EndReason::SignedOut));
}

#[test]
fn after_a_sign_out_in_another_tab_the_redirect_carries_next() {
    let elsewhere = SessionState::Ended(EndReason::SignedOut.into());
    let here = Some("/account?tab=profile");
    assert_eq!(on_account(&elsewhere), redirected_to_sign_in(here, EndReason::SignedOut));
}

#[test]
fn a_public_page_is_shown_to_everyone() {
    for session in [
        SessionState::Unknown,
        SessionState::Anonymous,
        SessionState::Ended(EndReason::SessionExpired.into()),
        active(),
    ] {
        assert_eq!(
            decide(Access::Public, &view(&session), "/", &SignInQuery::default(), &routes()),
            GuardDecision::Show
        );
    }
}

#[test]
fn signed_in_users_are_redirected_from_the_sign_in_page_to_a_safe_next() {
    assert_eq!(on_sign_in(&active(), "/account"), GuardDecision::Redirect("/account".into()));
    assert_eq!(on_sign_in(&active(), "/reports/?x=1"), GuardDecision::Redirect("/reports/?x=1".into()));
    for unsafe_next in ["//evil.example", "/elsewhere/", "/reports/%2e%2e/api"] {
        assert_eq!(on_sign_in(&active(), unsafe_next), GuardDecision::Redirect("/dashboard".into()));
    }
}

#[test]
fn a_page_is_hidden_during_re_authentication_and_while_unverified() {
    let reauth =
        Some(crate::view::Reauth { email: "ada@example.org".into(), purpose: crate::view::ReauthPurpose::Continue });
    let ended = SessionView { reauth, ..view(&SessionState::Ended(EndReason::SessionExpired.into())) };
    let unverified = SessionView { unverified: true, ..view(&active()) };
    for store in [ended, unverified] {
        assert_eq!(
            decide(Access::SignedIn, &store, "/account", &SignInQuery::default(), &routes()),
            GuardDecision::Hide
        );
        assert_eq!(decide(Access::Public, &store, "/", &SignInQuery::default(), &routes()), GuardDecision::Show);
    }
}
