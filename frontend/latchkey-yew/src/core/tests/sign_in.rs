//! Signing in. Older answers cannot undo it.

use latchkey_shared::EndReason;

use crate::core::answer::SignInAnswer;
use crate::core::effect::Effect;
use crate::core::event::Event;
use crate::core::notice::Notice;
use crate::core::test_bench::*;
use crate::view::Failure;
use crate::view::SignIn;

fn anonymous() -> Bench {
    let mut bench = Bench::unknown();
    bench.checked(ended(EndReason::SessionMissing));
    bench
}

fn answered(answer: SignInAnswer) -> Event {
    Event::SignInAnswered { answer, sent_at_ms: 0 }
}

fn done(name: &str) -> Event {
    answered(SignInAnswer::Done(signed_in(name, 1)))
}

fn sign_ins(effects: &[Effect]) -> usize {
    count(effects, |effect| matches!(effect, Effect::SignIn(_)))
}

#[test]
fn a_sign_in_needs_no_further_request() {
    let mut bench = anonymous();
    assert_eq!(sign_ins(&bench.dispatch(Event::SignInRequested(login()))), 1);
    let effects = bench.dispatch(done("ada"));
    assert_eq!((checks(&effects), fetches(&effects)), (0, 0));
    assert_eq!(bench.user(), Some(("ada", 1)));
}

#[test]
fn a_second_click_does_nothing() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    assert!(bench.dispatch(Event::SignInRequested(login())).is_empty());
}

#[test]
fn a_refusal_is_shown_until_the_user_tries_again_or_leaves() {
    let mut bench = anonymous();
    for next in [Event::SignInRequested(login()), NAVIGATES] {
        bench.dispatch(Event::SignInRequested(login()));
        bench.dispatch(answered(SignInAnswer::Refused(refusal("no"))));
        assert_eq!(bench.machine.view.sign_in, SignIn::Failed(Failure::Refused(refusal("no"))));
        bench.dispatch(next);
        assert_ne!(bench.machine.view.sign_in, SignIn::Failed(Failure::Refused(refusal("no"))));
        bench.dispatch(answered(SignInAnswer::Refused(refusal("no"))));
    }
}

#[test]
fn a_late_answer_about_an_earlier_end_cannot_undo_a_sign_in() {
    let mut bench = anonymous();
    bench.dispatch(NAVIGATES);
    bench.dispatch(Event::SignInRequested(login()));
    bench.dispatch(done("ada"));
    let effects = bench.checked(ended(EndReason::SessionExpired));
    assert_eq!((bench.user(), notices(&effects)), (Some(("ada", 1)), 0));
}

#[test]
fn no_check_starts_while_a_log_in_is_in_flight() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    assert_eq!(checks(&bench.dispatch(NAVIGATES)), 0);
    let effects = bench.dispatch(answered(SignInAnswer::Refused(refusal("no"))));
    assert_eq!(checks(&effects), 1);
}

#[test]
fn a_check_that_a_failed_log_in_interrupted_is_repeated() {
    let mut bench = anonymous();
    bench.dispatch(NAVIGATES);
    bench.dispatch(Event::SignInRequested(login()));
    assert_eq!(checks(&bench.checked(active("ada", 1))), 0);
    let effects = bench.dispatch(answered(SignInAnswer::Refused(refusal("no"))));
    assert_eq!(checks(&effects), 1);
}

#[test]
fn a_log_in_with_an_unknown_outcome_is_followed_by_a_check() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    let effects = bench.dispatch(answered(SignInAnswer::Unavailable));
    assert_eq!(checks(&effects), 1);
    assert_eq!(bench.machine.view.sign_in, SignIn::Failed(Failure::Unreachable));
}

#[test]
fn the_answer_to_a_log_in_also_serves_the_redirect_that_follows() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    bench.dispatch(done("ada"));
    assert_eq!(checks(&bench.dispatch(REDIRECTED)), 0);
    assert_eq!(checks(&bench.dispatch(NAVIGATES)), 1, "what the user does is checked");
}

#[test]
fn a_cookie_that_the_browser_did_not_keep_is_reported() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    bench.dispatch(done("ada"));
    bench.dispatch(NAVIGATES);
    let effects = bench.checked(ended(EndReason::SessionMissing));
    assert_eq!(count(&effects, |effect| matches!(effect, Effect::ShowNotice(Notice::CookieNotKept))), 1);
    bench.dispatch(REDIRECTED);
    assert_eq!(bench.machine.view.sign_in, SignIn::Failed(Failure::CookieNotKept));

    let mut kept = anonymous();
    kept.dispatch(Event::SignInRequested(login()));
    kept.dispatch(done("ada"));
    for answer in [active("ada", 1), ended(EndReason::SessionMissing)] {
        kept.dispatch(NAVIGATES);
        kept.checked(answer);
    }
    assert_eq!(kept.machine.view.sign_in, SignIn::Idle, "it was kept, and is gone by now");
}
