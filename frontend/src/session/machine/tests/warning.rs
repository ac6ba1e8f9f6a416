//! The warning before the end, and what the person can do about it.

use latchkey_shared::{EndReason, InitialSession, Session, SignedIn};

use crate::session::answer::{Answer, SignInAnswer};
use crate::session::machine::test_bench::*;
use crate::session::signals::{Effect, Event};
use crate::session::state::SignIn;

fn lasting(seconds: u64, refreshable: bool) -> SignedIn {
    SignedIn { user: user("ada", 1), session: Session { refreshable, ..session("ada", seconds) } }
}

fn bench(refreshable: bool) -> Bench {
    let mut bench = Bench::default();
    bench.happens(Event::Started(Some(InitialSession::Active(lasting(LIFETIME_S, refreshable)))));
    bench
}

#[test]
fn it_comes_with_the_last_tenth_and_goes_when_the_end_moves() {
    let mut bench = bench(false);
    assert_eq!(bench.machine.visible.ending, None);
    bench.after(LIFETIME_S * 9 / 10, Event::WarningDue);
    assert_eq!(bench.machine.visible.ending.map(|ending| ending.at_ms), Some(LIFETIME_S * 1_000));
    bench.happens(Event::RouteChanged);
    bench.checked(active("ada", 1));
    assert_eq!(bench.machine.visible.ending, None);
}

#[test]
fn a_timer_that_slept_or_was_early_is_made_up_for() {
    let mut bench = bench(false);
    let effects = bench.after(1, Event::WarningDue);
    assert_eq!(count(&effects, |effect| matches!(effect, Effect::ScheduleWarning { after_ms: 539_000 })), 1);
    bench.after(550, Event::Resumed);
    assert!(bench.machine.visible.ending.is_some());
}

#[test]
fn staying_prolongs_the_session_where_the_server_lets_it() {
    let mut bench = bench(true);
    bench.after(LIFETIME_S * 9 / 10, Event::WarningDue);
    let effects = bench.happens(Event::StayAsked);
    assert!(matches!(&effects[..], [Effect::Refresh(id)] if id.0 == "ada"));
    bench.happens(Event::RefreshAnswered(SignInAnswer::Done(lasting(LIFETIME_S, true))));
    assert_eq!((bench.machine.visible.ending, &bench.machine.visible.asking), (None, &None));
}

#[test]
fn where_only_idling_ends_it_staying_is_something_that_was_done() {
    let idle = |idle_s| Session { idle_expires_in_s: Some(idle_s), ..session("ada", LIFETIME_S) };
    let mut bench = Bench::default();
    let started = SignedIn { session: idle(100), ..lasting(LIFETIME_S, false) };
    bench.happens(Event::Started(Some(InitialSession::Active(started))));
    bench.after(95, Event::WarningDue);
    assert!(bench.machine.visible.ending.is_some_and(|ending| ending.idle));
    let effects = bench.happens(Event::StayAsked);
    assert!(matches!(&effects[..], [Effect::Check { activity: true, .. }]), "{effects:?}");
    let verified = latchkey_shared::Verified { session: idle(100), user_id: user("ada", 1).id, user_version: 1 };
    bench.checked(Answer::Active(verified));
    assert_eq!((bench.machine.visible.ending, &bench.machine.visible.asking), (None, &None));
}

#[test]
fn where_idling_ends_it_the_server_hears_of_what_is_done_but_not_of_each_key() {
    let idle = Session { idle_expires_in_s: Some(100), ..session("ada", LIFETIME_S) };
    let mut bench = Bench::default();
    let started = SignedIn { session: idle.clone(), ..lasting(LIFETIME_S, false) };
    bench.happens(Event::Started(Some(InitialSession::Active(started))));
    assert_eq!(checks(&bench.after(24, Event::Acted)), 0);
    for _ in ["once", "again"] {
        let effects = bench.after(25, Event::Acted);
        assert!(matches!(&effects[..], [Effect::Check { activity: true, .. }]), "{effects:?}");
        let verified = latchkey_shared::Verified { session: idle.clone(), user_id: user("ada", 1).id, user_version: 1 };
        bench.checked(Answer::Active(verified));
        assert_eq!(checks(&bench.after(1, Event::Acted)), 0);
    }
    assert_eq!(checks(&Bench::signed_in("ada").after(100, Event::Acted)), 0, "nothing depends on it");
}

#[test]
fn a_refusal_to_prolong_is_looked_into_and_blames_nobody() {
    let mut bench = bench(true);
    bench.happens(Event::StayAsked);
    let effects = bench.happens(Event::RefreshAnswered(SignInAnswer::Refused("no".into())));
    assert_eq!((checks(&effects), &bench.machine.visible.sign_in), (1, &SignIn::Idle));
}

#[test]
fn where_the_end_is_fixed_the_password_is_asked_for_ahead_of_time() {
    let mut bench = bench(false);
    bench.happens(Event::StayAsked);
    assert_eq!(bench.machine.visible.asking.as_ref().map(|asking| asking.email.as_str()), Some("ada@example.org"));
    bench.happens(Event::DialogLeft);
    assert_eq!((&bench.machine.visible.asking, bench.user()), (&None, Some(("ada", 1))));
}

#[test]
fn the_end_asks_back_only_those_who_have_typed_something() {
    for (typed, reason, asked) in [
        (true, EndReason::SessionExpired, true),
        (false, EndReason::SessionExpired, false),
        (true, EndReason::SignedOut, false),
        (true, EndReason::AccountDisabled, false),
    ] {
        let mut bench = bench(false);
        bench.happens(Event::RouteChanged);
        if typed {
            bench.happens(Event::Edited);
        }
        bench.checked(Answer::Ended(reason));
        assert_eq!((bench.user(), bench.machine.visible.asking.is_some()), (None, asked), "{reason:?}");
        bench.happens(Event::RouteChanged);
        assert_eq!(bench.machine.visible.asking.is_some(), asked, "the same page again");
        bench.happens(Event::PageLeft);
        assert_eq!(bench.machine.visible.asking, None);
    }
}
