//! Signing out: the session is forgotten at once; the sign-out is pending in every tab until the server has confirmed it.

use latchkey_shared::{InitialSession, SessionId};

use crate::core::answer::{Answer, SignInAnswer, SignOutAnswer};
use crate::core::effect::Effect;
use crate::core::event::Event;
use crate::core::notice::Notice;
use crate::core::pending_sign_out::PendingSignOut;
use crate::core::tab_message::TabMessage;
use crate::core::test_bench::*;
use crate::view::{SessionState, SignIn};

fn sign_outs(effects: &[Effect]) -> Vec<&str> {
    let sent = |effect| match effect {
        &Effect::SignOut(SessionId(ref session)) => Some(session.as_str()),
        _ => None,
    };
    effects.iter().filter_map(sent).collect()
}

fn shows(effects: &[Effect], notice: &Notice) -> bool {
    count(effects, |effect| matches!(effect, Effect::ShowNotice(shown) if shown == notice)) == 1
}

fn pending(session: &str) -> PendingSignOut {
    PendingSignOut { session: SessionId(session.into()), maybe_replaced: false }
}

fn signed_out() -> Bench {
    let mut bench = Bench::signed_in("ada");
    assert_eq!(sign_outs(&bench.dispatch(Event::SignOutRequested)), ["ada"]);
    bench
}

#[test]
fn the_session_is_forgotten_at_once_and_the_sign_out_is_pending_until_it_is_confirmed() {
    let mut bench = signed_out();
    assert_eq!(bench.session(), &SessionState::SignedOut);
    assert_eq!(bench.machine.pending_sign_out(), Some(&pending("ada")));
    let effects = bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Done));
    assert!(shows(&effects, &Notice::Ended(latchkey_shared::EndReason::SignedOut.into())));
    assert_eq!(bench.machine.pending_sign_out(), None);
    bench.dispatch(NAVIGATES);
    assert_eq!(notices(&bench.checked(ended(latchkey_shared::EndReason::SessionMissing))), 0);
    assert_eq!(bench.session(), &SessionState::SignedOut);
}

#[test]
fn a_sign_out_waits_for_no_check_and_a_late_answer_cannot_undo_it() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    assert_eq!(sign_outs(&bench.dispatch(Event::SignOutRequested)), ["ada"]);
    bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Done));
    let effects = bench.checked(active("ada", 1));
    assert_eq!((bench.user(), fetches(&effects)), (None, 0));
}

#[test]
fn without_an_answer_the_sign_out_is_shown_as_unconfirmed() {
    let mut bench = signed_out();
    assert!(!bench.machine.view.sign_out_unconfirmed);
    assert!(shows(&bench.after(1, Event::SignOutLate), &Notice::SignOutUnconfirmed));
    assert!(bench.machine.view.sign_out_unconfirmed);
    assert_eq!(notices(&bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Unavailable))), 0, "shown already");
    let mut offline = Bench::signed_in("ada");
    offline.dispatch(Event::WentOffline);
    assert!(shows(&offline.dispatch(Event::SignOutRequested), &Notice::SignOutUnconfirmed));
}

#[test]
fn an_unconfirmed_sign_out_is_sent_instead_of_every_check() {
    let mut bench = signed_out();
    bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Unavailable));
    for event in [Event::RetryDue, NAVIGATES, Event::Resumed] {
        let effects = bench.dispatch(event.clone());
        assert_eq!((sign_outs(&effects), checks(&effects)), (vec!["ada"], 0), "{event:?}");
        assert!(sign_outs(&bench.dispatch(NAVIGATES)).is_empty(), "one at a time");
        assert!(retry_ms(&bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Unavailable))).is_some());
    }
    bench.dispatch(Event::WentOnline);
    assert!(shows(&bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Done)), &Notice::SignOutConfirmed));
    assert_eq!(checks(&bench.dispatch(NAVIGATES)), 1);
}

#[test]
fn if_the_cookie_belongs_to_another_session_the_sign_out_is_dropped_and_a_check_follows() {
    let mut bench = signed_out();
    let effects = bench.dispatch(Event::SignOutAnswered(SignOutAnswer::SessionChanged));
    assert!(shows(&effects, &Notice::SessionChanged));
    assert_eq!((checks(&effects), bench.machine.pending_sign_out()), (1, None));
}

#[test]
fn a_session_that_a_call_in_flight_starts_is_signed_out_as_well() {
    let mut after = signed_in("ada", 1);
    after.session.id = SessionId("after".into());
    let replaced = || Event::SessionReplaced { signed_in: after.clone(), sent_at_ms: 0 };
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::ReplacementStarted);
    let effects = bench.dispatch(Event::SignOutRequested);
    assert!(sign_outs(&effects).is_empty(), "not before the call is over");
    assert!(bench.machine.pending_sign_out().is_some_and(|pending| pending.maybe_replaced));
    let effects = bench.dispatch(replaced());
    assert_eq!((sign_outs(&effects), bench.user()), (vec!["after"], None));

    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::SignInRequested(login()));
    bench.dispatch(Event::SignOutRequested);
    let answer = SignInAnswer::Refused(refusal("no"));
    assert_eq!(sign_outs(&bench.dispatch(Event::SignInAnswered { answer, sent_at_ms: 0 })), ["ada"]);
}

#[test]
fn a_log_in_waits_for_the_sign_out_in_flight() {
    let mut bench = signed_out();
    assert_eq!(
        count(&bench.dispatch(Event::SignInRequested(login())), |effect| matches!(effect, Effect::SignIn(_))),
        0
    );
    assert_eq!(bench.machine.view.sign_in, SignIn::Pending);
    let effects = bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Unavailable));
    assert_eq!(count(&effects, |effect| matches!(effect, Effect::SignIn(_))), 1);
    let signed_in = with(signed_in("ada", 1), |it| it.session = session("after", LIFETIME_S));
    bench.dispatch(Event::SignInAnswered { answer: SignInAnswer::Done(signed_in), sent_at_ms: 0 });
    assert_eq!((bench.user(), bench.machine.pending_sign_out()), (Some(("ada", 1)), None));
}

#[test]
fn a_session_that_was_signed_out_is_never_adopted_again() {
    let mut bench = signed_out();
    bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Done));
    bench.dispatch(NAVIGATES);
    assert_eq!(sign_outs(&bench.checked(active("ada", 1))), ["ada"]);
    assert_eq!(bench.user(), None);
}

#[test]
fn every_tab_sends_a_pending_sign_out_that_the_first_tab_did_not() {
    let mut bench = Bench::signed_in("ada");
    let effects =
        bench.dispatch(Event::TabReported { message: TabMessage::SignOutPending(pending("ada")), sent_at_ms: 0 });
    assert_eq!((bench.user(), sign_outs(&effects).len()), (None, 0), "the tab that asked sends it");
    assert!(retry_ms(&effects).is_some(), "unless it is closed");
    let effects = bench.dispatch(NAVIGATES);
    assert_eq!((sign_outs(&effects), checks(&effects)), (vec!["ada"], 0));

    let mut notified = Bench::signed_in("ada");
    notified.dispatch(Event::TabReported { message: TabMessage::SignOutPending(pending("ada")), sent_at_ms: 0 });
    notified.dispatch(Event::TabReported { message: TabMessage::SignOutDone(SessionId("ada".into())), sent_at_ms: 0 });
    assert_eq!(checks(&notified.dispatch(Event::RetryDue)), 0);
    assert_eq!(notified.machine.pending_sign_out(), None);
}

#[test]
fn a_pending_sign_out_of_an_earlier_page_is_sent_and_no_user_is_shown() {
    let page = |initial, pending| Event::Started { initial, received_at_ms: 0, pending: Some(pending) };
    let ada = || Some(InitialSession::Active(signed_in("ada", 1)));
    for initial in [ada(), None] {
        let mut bench = Bench::default();
        assert_eq!(sign_outs(&bench.dispatch(page(initial, pending("ada")))), ["ada"]);
        assert_eq!(bench.session(), &SessionState::SignedOut);
        assert!(shows(&bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Done)), &Notice::SignOutConfirmed));
    }
    let mut bench = Bench::default();
    let effects = bench.dispatch(page(Some(InitialSession::Active(signed_in("bob", 1))), pending("ada")));
    assert_eq!((sign_outs(&effects).len(), bench.user()), (0, Some(("bob", 1))));
    assert_eq!(bench.machine.pending_sign_out(), None, "another session took its place");
}

#[test]
fn if_the_page_closed_during_a_call_the_next_one_signs_out_of_the_session_that_it_started() {
    let mut bench = Bench::default();
    let initial = Some(InitialSession::Active(signed_in("after", 1)));
    let pending = Some(PendingSignOut { session: SessionId("before".into()), maybe_replaced: true });
    let effects = bench.dispatch(Event::Started { initial, received_at_ms: 0, pending });
    assert_eq!((sign_outs(&effects), bench.user()), (vec!["after"], None));

    let mut unknown = Bench::default();
    let pending = Some(PendingSignOut { session: SessionId("before".into()), maybe_replaced: true });
    unknown.dispatch(Event::Started { initial: None, received_at_ms: 0, pending });
    assert_eq!(sign_outs(&unknown.after(9, Event::RetryDue)), ["before"]);
    assert_eq!(checks(&unknown.dispatch(Event::SignOutAnswered(SignOutAnswer::SessionChanged))), 1);
    let effects = unknown.checked(Answer::Active(match active("after", 1) {
        Answer::Active(verified) => verified,
        _ => unreachable!(),
    }));
    assert_eq!((sign_outs(&effects), unknown.user()), (vec!["after"], None));
}
