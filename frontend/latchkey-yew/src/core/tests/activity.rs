//! Reports of the user's activity, and automatic refreshes.

use latchkey_shared::{InitialSession, Session, SignedIn};

use crate::core::answer::{Answer, SignInAnswer};
use crate::core::effect::{Alarm, Effect};
use crate::core::event::Event;
use crate::core::test_bench::*;
use crate::view::SessionState;

const IDLE_S: u64 = 100;

fn idle(remaining_s: u64) -> Session {
    with(session("ada", LIFETIME_S), |it| {
        it.idle_expires_in_s = Some(remaining_s);
        it.idle_timeout_s = Some(IDLE_S);
    })
}

fn bench(session: Session) -> Bench {
    let mut bench = Bench::default();
    let initial = InitialSession::Active(SignedIn::new(user("ada", 1), session));
    bench.dispatch(started(Some(initial)));
    bench
}

/// The time of the activity that each check among the effects reports.
fn reports(effects: &[Effect]) -> Vec<Option<u64>> {
    let report = |effect: &Effect| match effect {
        Effect::Check { active_at_ms, .. } => Some(*active_at_ms),
        _ => None,
    };
    effects.iter().filter_map(report).collect()
}

fn confirms(bench: &mut Bench, remaining_s: u64) -> Vec<Effect> {
    let verified = latchkey_shared::Verified::new(idle(remaining_s), user("ada", 1).id, 1);
    bench.checked(Answer::Active(verified))
}

#[test]
fn activity_is_reported_with_its_time_once_for_many_keys_and_nothing_else_is_reported() {
    let mut bench = bench(idle(IDLE_S));
    let effects = bench.after(10, Event::UserActive);
    assert_eq!((reports(&effects), scheduled_ms(&effects, Alarm::Activity)), (vec![], Some(15_000)));
    bench.after(4, Event::UserActive);
    assert_eq!(reports(&bench.after(11, Event::ActivityDue)), [Some(14_000)]);
    confirms(&mut bench, IDLE_S - 11);
    assert_eq!(reports(&bench.dispatch(Event::ActivityDue)), [], "it is reported already");
    assert_eq!(reports(&bench.after(40, Event::StreamInterrupted)), [None], "an interrupted stream is no activity");
}

#[test]
fn a_report_that_may_have_been_lost_is_repeated_with_its_time() {
    let mut bench = bench(idle(IDLE_S));
    bench.after(50, Event::UserActive);
    bench.checked(unavailable());
    assert_eq!(reports(&bench.after(20, Event::RetryDue)), [Some(50_000)]);
}

#[test]
fn without_an_idle_limit_activity_is_not_reported() {
    assert_eq!(reports(&Bench::signed_in("ada").after(100, Event::UserActive)), []);
}

#[test]
fn the_other_tabs_learn_that_the_user_is_active() {
    let mut active = bench(idle(IDLE_S));
    active.after(50, Event::UserActive);
    let effects = confirms(&mut active, IDLE_S);
    let message = effects.into_iter().find_map(|effect| match effect {
        Effect::NotifyTabs(message) => Some(message),
        _ => None,
    });
    let mut other = bench(idle(IDLE_S));
    other.after(50, Event::TabReported { message: message.unwrap(), sent_at_ms: 50_000 });
    assert_eq!(checks(&other.after(35, Event::WarningDue)), 0);
    assert_eq!(other.machine.view.expiring, None);
}

#[test]
fn activity_after_the_computer_slept_past_the_deadline_starts_a_check() {
    let mut bench = Bench::signed_in("ada");
    assert_eq!(checks(&bench.after(LIFETIME_S, Event::UserActive)), 1);
}

fn sliding(expires_in_s: u64) -> SignedIn {
    let session = with(session("ada", expires_in_s), |it| it.refreshable = true);
    SignedIn::new(user("ada", 1), session)
}

fn refreshes(effects: &[Effect]) -> usize {
    count(effects, |effect| matches!(effect, Effect::Refresh(_)))
}

#[test]
fn an_active_users_session_is_refreshed_in_the_second_half_without_a_click() {
    for active in [Event::UserActive, NAVIGATES] {
        let mut bench = bench(sliding(LIFETIME_S).session);
        assert_eq!(refreshes(&bench.after(LIFETIME_S / 2 - 1, active.clone())), 0, "not in the first half");
        assert_eq!(refreshes(&bench.after(1, Event::Resumed)), 0, "not without activity");
        assert_eq!(refreshes(&bench.dispatch(active.clone())), 1);
        // An answer to a refresh says `refreshable: false`: another one at the same instant would change nothing.
        let refreshed = |expires_in_s| {
            let session = with(sliding(expires_in_s).session, |it| it.refreshable = false);
            SignInAnswer::Done(with(sliding(expires_in_s), |it| it.session = session))
        };
        bench.dispatch(Event::RefreshAnswered { answer: refreshed(LIFETIME_S), sent_at_ms: bench.now_ms });
        assert_eq!(refreshes(&bench.after(LIFETIME_S / 2 - 1, active.clone())), 0, "the time begins anew");
        assert_eq!(refreshes(&bench.after(1, active.clone())), 1);
        bench.dispatch(Event::RefreshAnswered { answer: refreshed(LIFETIME_S - 100), sent_at_ms: bench.now_ms });
        assert_eq!(refreshes(&bench.after(LIFETIME_S - 101, active)), 0, "the cap is reached");
    }
    let capped = with(session("ada", LIFETIME_S), |it| it.refreshable = false);
    assert_eq!(refreshes(&bench(capped).after(LIFETIME_S - 1, Event::UserActive)), 0, "never past the cap");
}

#[test]
fn a_failed_automatic_refresh_shows_nothing_and_waits() {
    let mut bench = bench(sliding(LIFETIME_S).session);
    bench.after(LIFETIME_S / 2, Event::UserActive);
    let answer = SignInAnswer::Refused(refusal("no"));
    bench.dispatch(Event::RefreshAnswered { answer, sent_at_ms: bench.now_ms });
    assert!(matches!(bench.session(), SessionState::Active(_)));
    assert_eq!(bench.machine.view.stay_request, crate::view::StayRequest::Idle);
    assert_eq!(refreshes(&bench.after(1, Event::UserActive)), 0);
}
