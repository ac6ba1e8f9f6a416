//! Signing in and out, and what older answers can do about it: nothing.

use latchkey_shared::EndReason;

use crate::session::answer::{Answer, SignInAnswer, SignOutAnswer};
use crate::session::machine::test_bench::*;
use crate::session::notice::Notice;
use crate::session::signals::{Effect, Event};
use crate::session::state::{SessionState, SignIn};

fn anonymous() -> Bench {
    let mut bench = Bench::unknown();
    bench.checked(ended(EndReason::SessionMissing));
    bench
}

fn done(name: &str) -> Event {
    sign_in_answered(SignInAnswer::Done(signed_in(name, 1)))
}

fn sign_ins(effects: &[Effect]) -> usize {
    count(effects, |effect| matches!(effect, Effect::SignIn(_)))
}

fn sign_outs(effects: &[Effect]) -> usize {
    count(effects, |effect| matches!(effect, Effect::SignOut(_)))
}

#[test]
fn a_sign_in_needs_no_further_request() {
    let mut bench = anonymous();
    assert_eq!(sign_ins(&bench.happens(Event::SignInAsked(login()))), 1);
    let effects = bench.happens(done("ada"));
    assert_eq!((checks(&effects), fetches(&effects)), (0, 0));
    assert_eq!(bench.user(), Some(("ada", 1)));
}

#[test]
fn a_second_click_does_nothing() {
    let mut bench = anonymous();
    bench.happens(Event::SignInAsked(login()));
    assert!(bench.happens(Event::SignInAsked(login())).is_empty());
    assert!(bench.happens(Event::SignOutAsked).is_empty());
}

#[test]
fn a_refusal_is_shown_until_the_person_tries_again_or_goes() {
    let mut bench = anonymous();
    for leaves in [Event::SignInAsked(login()), GOES] {
        bench.happens(Event::SignInAsked(login()));
        bench.happens(sign_in_answered(SignInAnswer::Refused("no".into())));
        assert_eq!(bench.machine.visible.sign_in, SignIn::Failed("no".into()));
        bench.happens(leaves);
        assert_ne!(bench.machine.visible.sign_in, SignIn::Failed("no".into()));
        bench.happens(sign_in_answered(SignInAnswer::Refused("no".into())));
    }
}

#[test]
fn a_late_end_of_before_cannot_undo_a_sign_in() {
    let mut bench = anonymous();
    bench.happens(GOES);
    bench.happens(Event::SignInAsked(login()));
    bench.happens(done("ada"));
    let effects = bench.checked(ended(EndReason::SessionExpired));
    assert_eq!((bench.user(), notices(&effects)), (Some(("ada", 1)), 0));
}

#[test]
fn no_check_starts_while_an_attempt_is_under_way() {
    let mut bench = anonymous();
    bench.happens(Event::SignInAsked(login()));
    assert_eq!(checks(&bench.happens(GOES)), 0);
    let effects = bench.happens(sign_in_answered(SignInAnswer::Refused("no".into())));
    assert_eq!(checks(&effects), 1);
}

#[test]
fn a_check_that_a_failed_attempt_interrupted_is_made_up_for() {
    let mut bench = anonymous();
    bench.happens(GOES);
    bench.happens(Event::SignInAsked(login()));
    assert_eq!(checks(&bench.checked(active("ada", 1))), 0);
    let effects = bench.happens(sign_in_answered(SignInAnswer::Refused("no".into())));
    assert_eq!(checks(&effects), 1);
}

#[test]
fn an_uncertain_sign_in_is_looked_into() {
    let mut bench = anonymous();
    bench.happens(Event::SignInAsked(login()));
    let effects = bench.happens(sign_in_answered(SignInAnswer::CannotTell("later".into())));
    assert_eq!(checks(&effects), 1);
    assert_eq!(bench.machine.visible.sign_in, SignIn::Failed("later".into()));
}

#[test]
fn a_sign_out_names_its_session_and_is_told_once() {
    let mut bench = Bench::signed_in("ada");
    let effects = bench.happens(Event::SignOutAsked);
    assert!(matches!(&effects[..], [Effect::SignOut(id)] if id.0 == "ada"));
    assert_eq!(notices(&bench.happens(Event::SignOutAnswered(SignOutAnswer::Done))), 1);
    for reason in [EndReason::SignedOut, EndReason::SessionMissing] {
        bench.happens(GOES);
        assert_eq!(notices(&bench.checked(ended(reason))), 0);
    }
    assert_eq!(bench.session(), &SessionState::SignedOut);
}

#[test]
fn a_late_active_of_before_cannot_undo_a_sign_out() {
    let mut bench = Bench::signed_in("ada");
    bench.happens(GOES);
    bench.happens(Event::SignOutAsked);
    bench.happens(Event::SignOutAnswered(SignOutAnswer::Done));
    let effects = bench.checked(active("ada", 1));
    assert_eq!((bench.user(), fetches(&effects)), (None, 0));
}

#[test]
fn a_sign_out_that_did_not_happen_says_so_and_checks() {
    for (answer, notice) in
        [(SignOutAnswer::SessionChanged, Notice::SessionChanged), (SignOutAnswer::CannotTell, Notice::SignOutUncertain)]
    {
        let mut bench = Bench::signed_in("ada");
        bench.happens(Event::SignOutAsked);
        let effects = bench.happens(Event::SignOutAnswered(answer));
        assert!(matches!(effects[..], [Effect::Notify(told), Effect::Check { .. }] if told == notice));
        assert_eq!(bench.user(), Some(("ada", 1)));
        assert_eq!(sign_outs(&bench.happens(Event::SignOutAsked)), 1);
    }
}
