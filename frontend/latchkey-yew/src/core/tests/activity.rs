//! What the server is told of what the user does, and what follows where deadlines slide.

use latchkey_shared::{InitialSession, Session, SignedIn};

use crate::core::answer::{Answer, SignInAnswer};
use crate::core::effect::{Alarm, Effect};
use crate::core::event::Event;
use crate::core::test_bench::*;
use crate::view::SessionState;

const IDLE_S: u64 = 100;

fn idle(left_s: u64) -> Session {
    with(session("ada", LIFETIME_S), |it| {
        it.idle_expires_in_s = Some(left_s);
        it.idle_timeout_s = Some(IDLE_S);
    })
}

fn bench(session: Session) -> Bench {
    let mut bench = Bench::default();
    let initial = InitialSession::Active(SignedIn::new(user("ada", 1), session));
    bench.dispatch(started(Some(initial)));
    bench
}

/// When the activity was that the checks among the effects report.
fn reports(effects: &[Effect]) -> Vec<Option<u64>> {
    let report = |effect: &Effect| match effect {
        Effect::Check { active_at_ms, .. } => Some(*active_at_ms),
        _ => None,
    };
    effects.iter().filter_map(report).collect()
}

fn confirms(bench: &mut Bench, left_s: u64) -> Vec<Effect> {
    let verified = latchkey_shared::Verified::new(idle(left_s), user("ada", 1).id, 1);
    bench.checked(Answer::Active(verified))
}

#[test]
fn it_is_reported_with_its_time_once_for_many_keys_and_by_nothing_else() {
    let mut bench = bench(idle(IDLE_S));
    let effects = bench.after(10, Event::UserActive);
    assert_eq!((reports(&effects), scheduled_ms(&effects, Alarm::Activity)), (vec![], Some(15_000)));
    bench.after(4, Event::UserActive);
    assert_eq!(reports(&bench.after(11, Event::ActivityDue)), [Some(14_000)]);
    confirms(&mut bench, IDLE_S - 11);
    assert_eq!(reports(&bench.dispatch(Event::ActivityDue)), [], "it is reported already");
    assert_eq!(
        reports(&bench.after(40, Event::StreamMissed)),
        [None],
        "a stream that breaks is nothing that a user does"
    );
}

#[test]
fn a_report_that_may_have_been_lost_is_made_again_with_its_time() {
    let mut bench = bench(idle(IDLE_S));
    bench.after(50, Event::UserActive);
    bench.checked(cannot_tell());
    assert_eq!(reports(&bench.after(20, Event::RetryDue)), [Some(50_000)]);
}

#[test]
fn where_nothing_depends_on_it_nothing_is_asked() {
    assert_eq!(reports(&Bench::signed_in("ada").after(100, Event::UserActive)), []);
}

#[test]
fn the_other_tabs_learn_that_the_user_is_active() {
    let mut here = bench(idle(IDLE_S));
    here.after(50, Event::UserActive);
    let told = confirms(&mut here, IDLE_S);
    let message = told.into_iter().find_map(|effect| match effect {
        Effect::NotifyTabs(message) => Some(message),
        _ => None,
    });
    let mut there = bench(idle(IDLE_S));
    there.after(50, Event::TabReported { message: message.unwrap(), sent_at_ms: 50_000 });
    assert_eq!(checks(&there.after(35, Event::WarningDue)), 0);
    assert_eq!(there.machine.view.expiring, None);
}

#[test]
fn typing_after_the_machine_slept_notices_that_the_deadline_has_passed() {
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
fn an_active_user_is_prolonged_in_the_second_half_without_a_click() {
    for active in [Event::UserActive, GOES] {
        let mut bench = bench(sliding(LIFETIME_S).session);
        assert_eq!(refreshes(&bench.after(LIFETIME_S / 2 - 1, active.clone())), 0, "not in the first half");
        assert_eq!(refreshes(&bench.after(1, Event::Resumed)), 0, "not without activity");
        assert_eq!(refreshes(&bench.dispatch(active.clone())), 1);
        // At the instant of a refresh the server says that another one would change nothing.
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
fn a_refresh_by_itself_that_fails_says_nothing_and_waits() {
    let mut bench = bench(sliding(LIFETIME_S).session);
    bench.after(LIFETIME_S / 2, Event::UserActive);
    let answer = SignInAnswer::Refused(refusal("no"));
    bench.dispatch(Event::RefreshAnswered { answer, sent_at_ms: bench.now_ms });
    assert!(matches!(bench.session(), SessionState::Active(_)));
    assert_eq!(bench.machine.view.stay_request, crate::view::StayRequest::Idle);
    assert_eq!(refreshes(&bench.after(1, Event::UserActive)), 0);
}
