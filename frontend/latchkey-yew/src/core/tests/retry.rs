//! An unavailable server changes only the reachability; and the checks that no route change asked for.

use latchkey_shared::Verified;

use crate::core::answer::Answer;
use crate::core::effect::Effect;
use crate::core::event::Event;
use crate::core::tab_message::TabMessage;
use crate::core::test_bench::*;
use crate::view::Reachability;

/// A retry that fails.
fn fail_again(bench: &mut Bench) -> Vec<Effect> {
    bench.dispatch(Event::RetryDue);
    bench.checked(unavailable())
}

fn unreachable() -> Bench {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    bench.checked(unavailable());
    bench
}

#[test]
fn an_unavailable_server_leaves_users_signed_in_and_shows_no_notice() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    let effects = bench.checked(unavailable());
    assert_eq!((bench.user(), bench.reachable()), (Some(("ada", 1)), false));
    assert_eq!(notices(&effects), 0);
}

#[test]
fn recovery_is_silent_and_resets_the_back_off() {
    let mut bench = unreachable();
    fail_again(&mut bench);
    bench.dispatch(Event::RetryDue);
    assert_eq!(notices(&bench.checked(active("ada", 1))), 0);
    assert!(bench.reachable());
    assert_eq!(checks(&bench.dispatch(Event::RetryDue)), 0);
    bench.dispatch(NAVIGATES);
    assert_eq!(retry_ms(&bench.checked(unavailable())), Some(1_000));
}

#[test]
fn the_back_off_doubles_up_to_half_a_minute() {
    let mut bench = unreachable();
    let waits: Vec<_> = (0..6).filter_map(|_| retry_ms(&fail_again(&mut bench))).collect();
    assert_eq!(waits, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert_eq!((0..100).filter_map(|_| retry_ms(&fail_again(&mut bench))).max(), Some(30_000));
}

#[test]
fn the_server_may_ask_for_a_longer_wait() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    let retry_after_ms = Some(90_000);
    let effects = bench.checked(Answer::Unavailable { retry_after_ms, foreign: false });
    assert_eq!(retry_ms(&effects), retry_after_ms);
}

/// A server that asks for a wait gets it from everything but the user's own steps.
#[test]
fn until_the_retry_nothing_but_the_user_starts_a_check() {
    let background = [Event::StreamLost, Event::UserActive, Event::ActivityDue, Event::DeadlineDue, Event::WarningDue];
    for event in background {
        let mut bench = super::warning::idle_bench().0;
        bench.dispatch(NAVIGATES);
        bench.checked(Answer::Unavailable { retry_after_ms: Some(1_000_000), foreign: false });
        assert_eq!(checks(&bench.after(LIFETIME_S, event.clone())), 0, "{event:?}");
        assert_eq!(checks(&bench.dispatch(Event::RetryDue)), 1, "{event:?}");
    }
    for event in [NAVIGATES, Event::WentOnline, Event::StreamInterrupted] {
        let mut bench = unreachable();
        assert_eq!(checks(&bench.dispatch(event.clone())), 1, "{event:?}");
    }
}

#[test]
fn a_lost_stream_starts_a_check_of_a_reachable_server() {
    let mut bench = Bench::signed_in("ada");
    assert_eq!(checks(&bench.dispatch(Event::StreamLost)), 1);
}

#[test]
fn since_when_it_is_unreachable_does_not_move() {
    let mut bench = unreachable();
    let before = bench.machine.view.reachability;
    bench.now_ms += 5_000;
    fail_again(&mut bench);
    assert_eq!(bench.machine.view.reachability, before);
}

#[test]
fn losing_the_network_is_unavailable_and_finding_it_starts_a_check() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::WentOffline);
    assert_eq!((bench.user(), bench.reachable()), (Some(("ada", 1)), false));
    assert_eq!(checks(&bench.dispatch(Event::WentOnline)), 1);
}

#[test]
fn at_the_deadline_a_check_decides() {
    let mut bench = Bench::signed_in("ada");
    assert_eq!(checks(&bench.after(LIFETIME_S, Event::DeadlineDue)), 1);
    assert_eq!(bench.user(), Some(("ada", 1)));
    let effects = bench.checked(active("ada", 1));
    assert_eq!(deadline_ms(&effects), Some(LIFETIME_S * 1_000));
}

#[test]
fn a_timer_that_fires_early_is_restarted() {
    let mut bench = Bench::signed_in("ada");
    let effects = bench.after(LIFETIME_S - 5, Event::DeadlineDue);
    assert_eq!((checks(&effects), deadline_ms(&effects)), (0, Some(5_000)));
}

#[test]
fn the_nearer_of_the_two_limits_is_the_deadline_and_at_least_a_second_away() {
    let mut bench = Bench::signed_in("ada");
    for (expires_in_s, idle_expires_in_s, expected_ms) in
        [(600, Some(30), 30_000), (20, Some(30), 20_000), (0, None, 1_000)]
    {
        bench.dispatch(NAVIGATES);
        let effects = bench.checked(Answer::Active(Verified::new(
            with(session("ada", 0), |it| {
                it.expires_in_s = expires_in_s;
                it.idle_expires_in_s = idle_expires_in_s;
            }),
            user("ada", 1).id,
            1,
        )));
        assert_eq!(deadline_ms(&effects), Some(expected_ms));
    }
}

#[test]
fn coming_back_to_the_page_starts_a_check_only_if_the_last_answer_is_stale() {
    let mut bench = Bench::signed_in("ada");
    assert_eq!(checks(&bench.after(59, Event::Resumed)), 0);
    assert_eq!(checks(&bench.after(1, Event::Resumed)), 1);
}

#[test]
fn coming_back_after_the_computer_slept_past_the_deadline_starts_a_check() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    bench.checked(Answer::Active(Verified::new(session("ada", 10), user("ada", 1).id, 1)));
    assert_eq!(checks(&bench.after(10, Event::Resumed)), 1);
}

#[test]
fn a_page_from_the_back_forward_cache_is_always_checked() {
    let mut bench = Bench::signed_in("ada");
    assert_eq!(checks(&bench.dispatch(Event::Restored)), 1);
}

/// A kept page runs no script before the browser shows it again.
#[test]
fn a_page_is_hidden_before_the_browser_keeps_it() {
    let mut bench = Bench::signed_in("ada");
    assert_eq!(checks(&bench.dispatch(Event::Left)), 0);
    assert!(bench.machine.view.unverified);
    assert_eq!(checks(&bench.dispatch(Event::Resumed)), 1, "if it is not left after all");
    bench.checked(active("ada", 1));
    assert!(!bench.machine.view.unverified);
}

#[test]
fn a_restored_page_is_hidden_until_the_session_is_confirmed() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::Restored);
    assert!(bench.machine.view.unverified);
    bench.checked(unavailable());
    assert!(bench.machine.view.unverified, "not confirmed yet");
    bench.dispatch(Event::RetryDue);
    bench.checked(active("ada", 1));
    assert!(!bench.machine.view.unverified);
}

#[test]
fn a_message_of_a_tab_does_not_make_the_server_reachable() {
    let mut bench = unreachable();
    let message = TabMessage::Active(signed_in("ada", 2));
    bench.dispatch(Event::TabReported { message, sent_at_ms: 0 });
    assert_eq!((bench.user(), bench.reachable()), (Some(("ada", 2)), false));
    assert_eq!(checks(&bench.dispatch(Event::RetryDue)), 1, "retries continue");
}

#[test]
fn after_repeated_foreign_answers_a_reload_is_offered() {
    let offers =
        |bench: &Bench| matches!(bench.machine.view.reachability, Reachability::Unreachable { offer_reload: true, .. });
    let mut bench = Bench::signed_in("ada");
    for tries in 1..=3 {
        bench.dispatch(NAVIGATES);
        bench.checked(Answer::Unavailable { retry_after_ms: None, foreign: true });
        assert_eq!(offers(&bench), tries == 3, "{tries}");
    }
    bench.dispatch(Event::RetryDue);
    bench.checked(unavailable());
    assert!(!offers(&bench), "an outage");
}
