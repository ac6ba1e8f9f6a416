//! The warning before the deadline, and staying signed in.

use latchkey_shared::{EndReason, InitialSession, SignedIn};

use crate::core::answer::{Answer, SignInAnswer};
use crate::core::effect::{Alarm, Effect};
use crate::core::event::{Event, RouteCause};
use crate::core::test_bench::*;
use crate::view::Failure;
use crate::view::{SignIn, StayRequest};

fn lasting(seconds: u64, refreshable: bool) -> SignedIn {
    SignedIn::new(user("ada", 1), with(session("ada", seconds), |it| it.refreshable = refreshable))
}

fn answered(answer: SignInAnswer) -> Event {
    Event::RefreshAnswered { answer, sent_at_ms: LIFETIME_S * 900 }
}

fn bench(refreshable: bool) -> Bench {
    let mut bench = Bench::default();
    bench.dispatch(started(Some(InitialSession::Active(lasting(LIFETIME_S, refreshable)))));
    bench
}

#[test]
fn the_warning_is_shown_for_the_last_tenth_and_hidden_when_the_deadline_moves() {
    let mut bench = bench(false);
    assert_eq!(bench.machine.view.expiring, None);
    bench.after(LIFETIME_S * 9 / 10, Event::WarningDue);
    assert_eq!(bench.machine.view.expiring.map(|deadline| deadline.at_ms), Some(LIFETIME_S * 1_000));
    bench.dispatch(NAVIGATES);
    bench.checked(active("ada", 1));
    assert_eq!(bench.machine.view.expiring, None);
}

#[test]
fn a_warning_timer_may_be_late_or_early() {
    let mut bench = bench(false);
    let effects = bench.after(1, Event::WarningDue);
    assert_eq!(scheduled_ms(&effects, Alarm::Warning), Some(539_000));
    bench.after(550, Event::Resumed);
    assert!(bench.machine.view.expiring.is_some());
}

#[test]
fn staying_refreshes_the_session_if_the_server_allows_it() {
    let mut bench = bench(true);
    bench.after(LIFETIME_S * 9 / 10, Event::WarningDue);
    let effects = bench.dispatch(Event::StayRequested);
    assert!(matches!(&effects[..], [Effect::Refresh(id)] if id.0 == "ada"));
    bench.dispatch(answered(SignInAnswer::Done(lasting(LIFETIME_S, true))));
    assert_eq!((bench.machine.view.expiring, &bench.machine.view.reauth), (None, &None));
}

#[test]
fn before_an_idle_limit_the_click_to_stay_is_activity() {
    let idle = |idle_s| {
        with(session("ada", LIFETIME_S), |it| {
            it.idle_expires_in_s = Some(idle_s);
            it.idle_timeout_s = Some(100);
        })
    };
    let mut bench = Bench::default();
    let begun = with(lasting(LIFETIME_S, false), |it| it.session = idle(100));
    bench.dispatch(started(Some(InitialSession::Active(begun))));
    assert_eq!(checks(&bench.after(95, Event::WarningDue)), 1, "another tab may have been used");
    let verified = |idle_s| latchkey_shared::Verified::new(idle(idle_s), user("ada", 1).id, 1);
    bench.checked(Answer::Active(verified(5)));
    assert!(bench.machine.view.expiring.is_some_and(|deadline| deadline.idle));
    let effects = bench.dispatch(Event::StayRequested);
    assert!(matches!(&effects[..], [Effect::Check { active_at_ms: Some(_), .. }]), "{effects:?}");
    bench.checked(Answer::Active(verified(100)));
    assert_eq!((bench.machine.view.expiring, &bench.machine.view.reauth), (None, &None));
}

#[test]
fn a_refused_refresh_is_shown_and_followed_by_a_check() {
    let mut bench = bench(true);
    bench.dispatch(Event::StayRequested);
    let effects = bench.dispatch(answered(SignInAnswer::Refused(refusal("no"))));
    assert_eq!((checks(&effects), &bench.machine.view.sign_in), (1, &SignIn::Idle));
    assert_eq!(
        bench.machine.view.stay_request,
        StayRequest::Failed(Failure::Refused(refusal("no"))),
        "the user asked for it"
    );
}

#[test]
fn before_a_fixed_deadline_the_dialog_asks_for_the_password() {
    let mut bench = bench(false);
    bench.dispatch(Event::StayRequested);
    assert_eq!(bench.machine.view.reauth.as_ref().map(|reauth| reauth.email.as_str()), Some("ada@example.org"));
    bench.dispatch(Event::ReauthDismissed);
    assert_eq!((&bench.machine.view.reauth, bench.user()), (&None, Some(("ada", 1))));
}

#[test]
fn the_end_opens_the_dialog_only_if_input_is_unsaved() {
    for (typed, reason, asked) in [
        (true, EndReason::SessionExpired, true),
        (false, EndReason::SessionExpired, false),
        (true, EndReason::SignedOut, false),
        (true, EndReason::AccountDisabled, false),
    ] {
        let mut bench = bench(false);
        bench.dispatch(NAVIGATES);
        if typed {
            bench.dispatch(Event::Edited);
        }
        bench.checked(ended(reason));
        assert_eq!((bench.user(), bench.machine.view.reauth.is_some()), (None, asked), "{reason:?}");
        bench.dispatch(Event::RouteChanged { cause: RouteCause::User, leaves_page: false });
        assert_eq!(bench.machine.view.reauth.is_some(), asked, "the same page again");
        bench.dispatch(NAVIGATES);
        assert_eq!(bench.machine.view.reauth, None);
    }
}

pub(super) fn idle_bench() -> (Bench, impl Fn(u64) -> Answer<latchkey_shared::Verified>) {
    let idle = |idle_s| {
        with(session("ada", LIFETIME_S), |it| {
            it.idle_expires_in_s = Some(idle_s);
            it.idle_timeout_s = Some(100);
        })
    };
    let mut bench = Bench::default();
    let begun = with(lasting(LIFETIME_S, false), |it| it.session = idle(100));
    bench.dispatch(started(Some(InitialSession::Active(begun))));
    let answer = move |idle_s| Answer::Active(latchkey_shared::Verified::new(idle(idle_s), user("ada", 1).id, 1));
    (bench, answer)
}

#[test]
fn a_check_without_activity_does_not_hide_a_true_warning() {
    let (mut bench, left) = idle_bench();
    bench.after(85, Event::WarningDue);
    bench.checked(left(15));
    assert!(bench.machine.view.expiring.is_some());
    bench.after(3, Event::StreamInterrupted);
    bench.checked(left(12));
    assert!(bench.machine.view.expiring.is_some());
}

#[test]
fn a_user_who_was_active_in_another_tab_is_not_warned() {
    let (mut bench, left) = idle_bench();
    bench.after(85, Event::WarningDue);
    bench.checked(left(95));
    assert_eq!(bench.machine.view.expiring, None);
}

#[test]
fn the_click_to_stay_counts_while_a_check_without_activity_is_in_flight() {
    let (mut bench, left) = idle_bench();
    bench.after(85, Event::WarningDue);
    bench.checked(left(15));
    assert_eq!(checks(&bench.after(1, Event::StreamInterrupted)), 1);
    assert_eq!(checks(&bench.dispatch(Event::StayRequested)), 0);
    assert_eq!(bench.machine.view.stay_request, StayRequest::Pending);
    let effects = bench.checked(left(14));
    assert!(matches!(&effects[..], [.., Effect::Check { active_at_ms: Some(86_000), .. }]), "{effects:?}");
    assert_eq!(bench.machine.view.stay_request, StayRequest::Pending);
    bench.checked(left(100));
    assert_eq!((bench.machine.view.expiring, &bench.machine.view.stay_request), (None, &StayRequest::Idle));
}

#[test]
fn a_request_to_stay_fails_visibly_if_the_server_is_unreachable() {
    let (mut bench, left) = idle_bench();
    bench.after(85, Event::WarningDue);
    bench.checked(left(15));
    bench.dispatch(Event::StayRequested);
    bench.checked(unavailable());
    assert!(matches!(bench.machine.view.stay_request, StayRequest::Failed(_)));
    assert!(bench.machine.view.expiring.is_some());
}

#[test]
fn a_click_that_is_both_activity_and_a_request_to_stay_refreshes_once() {
    let mut bench = bench(true);
    bench.after(LIFETIME_S * 9 / 10, Event::UserActive);
    assert_eq!(count(&bench.dispatch(Event::StayRequested), |effect| matches!(effect, Effect::Refresh(_))), 0);
    assert_eq!(bench.machine.view.stay_request, StayRequest::Pending);
    bench.dispatch(answered(SignInAnswer::Refused(refusal("no"))));
    assert_eq!(bench.machine.view.stay_request, StayRequest::Failed(Failure::Refused(refusal("no"))));
}
