//! Signing in and out, and what older answers can do about it: nothing.

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
fn a_refusal_is_shown_until_the_person_tries_again_or_goes() {
    let mut bench = anonymous();
    for leaves in [Event::SignInRequested(login()), GOES] {
        bench.dispatch(Event::SignInRequested(login()));
        bench.dispatch(answered(SignInAnswer::Refused(refusal("no"))));
        assert_eq!(bench.machine.view.sign_in, SignIn::Failed(Failure::Refused(refusal("no"))));
        bench.dispatch(leaves);
        assert_ne!(bench.machine.view.sign_in, SignIn::Failed(Failure::Refused(refusal("no"))));
        bench.dispatch(answered(SignInAnswer::Refused(refusal("no"))));
    }
}

#[test]
fn a_late_end_of_before_cannot_undo_a_sign_in() {
    let mut bench = anonymous();
    bench.dispatch(GOES);
    bench.dispatch(Event::SignInRequested(login()));
    bench.dispatch(done("ada"));
    let effects = bench.checked(ended(EndReason::SessionExpired));
    assert_eq!((bench.user(), notices(&effects)), (Some(("ada", 1)), 0));
}

#[test]
fn no_check_starts_while_an_attempt_is_under_way() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    assert_eq!(checks(&bench.dispatch(GOES)), 0);
    let effects = bench.dispatch(answered(SignInAnswer::Refused(refusal("no"))));
    assert_eq!(checks(&effects), 1);
}

#[test]
fn a_check_that_a_failed_attempt_interrupted_is_made_up_for() {
    let mut bench = anonymous();
    bench.dispatch(GOES);
    bench.dispatch(Event::SignInRequested(login()));
    assert_eq!(checks(&bench.checked(active("ada", 1))), 0);
    let effects = bench.dispatch(answered(SignInAnswer::Refused(refusal("no"))));
    assert_eq!(checks(&effects), 1);
}

#[test]
fn an_uncertain_sign_in_is_looked_into() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    let effects = bench.dispatch(answered(SignInAnswer::CannotTell));
    assert_eq!(checks(&effects), 1);
    assert_eq!(bench.machine.view.sign_in, SignIn::Failed(Failure::Unreachable));
}

#[test]
fn the_answer_of_a_log_in_is_the_check_of_the_navigation_that_it_causes() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    bench.dispatch(done("ada"));
    assert_eq!(checks(&bench.dispatch(IS_LED)), 0);
    assert_eq!(checks(&bench.dispatch(GOES)), 1, "what the user does is checked");
}

#[test]
fn a_cookie_that_the_browser_did_not_keep_is_said_in_words() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    bench.dispatch(done("ada"));
    bench.dispatch(GOES);
    let effects = bench.checked(ended(EndReason::SessionMissing));
    assert_eq!(count(&effects, |effect| matches!(effect, Effect::ShowNotice(Notice::CookieNotKept))), 1);
    bench.dispatch(IS_LED);
    assert_eq!(bench.machine.view.sign_in, SignIn::Failed(Failure::CookieNotKept));

    let mut kept = anonymous();
    kept.dispatch(Event::SignInRequested(login()));
    kept.dispatch(done("ada"));
    for answer in [active("ada", 1), ended(EndReason::SessionMissing)] {
        kept.dispatch(GOES);
        kept.checked(answer);
    }
    assert_eq!(kept.machine.view.sign_in, SignIn::Idle, "it was kept, and is gone by now");
}
