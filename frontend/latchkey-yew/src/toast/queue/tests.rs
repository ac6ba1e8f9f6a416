//! The queue's rules.

use std::time::Duration;

use yew::Callback;

use super::*;
use crate::toast::Tone;

fn toast(id: &'static str) -> Toast {
    Toast::new(id, id).duration(Duration::from_millis(100))
}

fn session_toast() -> Toast {
    Toast::of_session(Tone::Warning, "Ended".into(), "It has expired.".into(), 100)
}

fn ids(queue: &ToastQueue) -> Vec<String> {
    let id = |toast: &Toast| match &toast.id {
        ToastId::Session => "(session)".to_owned(),
        ToastId::App(id) => id.to_string(),
    };
    queue.toasts().map(id).collect()
}

fn take(queue: &mut ToastQueue, id: &'static str) -> Option<Toast> {
    queue.take(&ToastId::App(id.into()))
}

fn showing(ids: &[&'static str]) -> ToastQueue {
    let mut queue = ToastQueue::default();
    ids.iter().for_each(|id| queue.show(toast(id), 0));
    queue
}

#[test]
fn an_apps_toast_that_repeats_the_sessions_is_not_shown_beside_it_whichever_comes_first() {
    let session = Toast::of_session(Tone::Warning, "Ended".into(), "It has expired.".into(), 100);
    let repeated = Toast::error("save", "It has expired.");
    let mut queue = showing(&["a"]);
    for _ in 0..2 {
        queue.show(session.clone(), 0);
        queue.show(repeated.clone(), 0);
    }
    assert_eq!(ids(&queue), ["a", "(session)"]);
    assert_eq!(queue.toasts().last(), Some(&session), "it says more");
    let mut queue = showing(&[]);
    queue.show(repeated, 0);
    queue.show(session, 0);
    queue.show(Toast::error("save", "Not saved.").detail("It has expired."), 0);
    assert_eq!(ids(&queue), ["(session)", "save"], "what says something else is shown");
}

#[test]
fn toasts_are_shown_in_order() {
    assert_eq!(ids(&showing(&["a", "b", "c"])), ["a", "b", "c"]);
}

#[test]
fn a_toast_with_the_same_id_replaces_the_first_and_restarts_its_time() {
    let mut queue = showing(&["a", "b"]);
    queue.show(Toast::new("a", "new").duration(Duration::from_millis(100)), 50);
    assert_eq!(ids(&queue), ["a", "b"]);
    assert_eq!(queue.toasts().next().unwrap().title, "new");
    queue.expire(100);
    assert_eq!(ids(&queue), ["a"]);
}

#[test]
fn beyond_the_limit_the_oldest_toast_is_removed() {
    assert_eq!(ids(&showing(&["a", "b", "c", "d", "e"])), ["b", "c", "d", "e"]);
}

#[test]
fn a_toast_is_removed_when_its_time_has_passed_and_not_before() {
    let mut queue = showing(&["a"]);
    assert_eq!(queue.next_expiry_ms(), Some(100));
    queue.expire(99);
    assert!(!queue.is_empty());
    queue.expire(100);
    assert!(queue.is_empty());
    assert_eq!(queue.next_expiry_ms(), None);
}

#[test]
fn a_toast_can_be_removed_by_id_or_as_the_newest() {
    let mut queue = showing(&["a", "b", "c"]);
    assert!(take(&mut queue, "b").is_some());
    queue.dismiss_newest();
    assert!(take(&mut queue, "unknown").is_none());
    assert_eq!(ids(&queue), ["a"]);
}

#[test]
fn while_paused_no_toast_is_removed() {
    let mut queue = showing(&["a"]);
    queue.pause(40);
    queue.expire(1_000);
    assert_eq!((ids(&queue), queue.next_expiry_ms()), (vec!["a".to_owned()], None));
}

#[test]
fn after_a_pause_each_toast_has_its_remaining_time() {
    let mut queue = showing(&["a"]);
    queue.pause(40);
    queue.pause(500);
    queue.resume(1_000);
    queue.resume(2_000);
    assert_eq!(queue.next_expiry_ms(), Some(1_060));
}

#[test]
fn a_toast_shown_during_a_pause_has_its_full_time() {
    let mut queue = ToastQueue::default();
    queue.pause(40);
    queue.show(toast("a"), 500);
    queue.resume(1_000);
    assert_eq!(queue.next_expiry_ms(), Some(1_100));
}

#[test]
fn a_users_toasts_are_removed_for_another_user_and_toasts_without_a_user_stay() {
    let mut queue = ToastQueue::default();
    queue.set_user(Some("ada".into()));
    queue.show(toast("account"), 0);
    queue.show(session_toast(), 0);
    queue.set_user(Some("ada".into()));
    assert_eq!(queue.toasts().count(), 2);
    for next in [None, Some("grace".into())] {
        queue.show(toast("account"), 0);
        queue.set_user(next);
        assert_eq!(ids(&queue), ["(session)"]);
    }
}

#[test]
fn an_apps_ids_never_equal_the_sessions() {
    let mut queue = showing(&["session", "(session)", ""]);
    queue.show(session_toast(), 0);
    assert_eq!(queue.toasts().count(), 4);
    for id in ["session", "(session)", ""] {
        assert!(take(&mut queue, id).is_some());
    }
    assert_eq!(ids(&queue), ["(session)"]);
}

#[test]
fn many_toasts_replace_neither_the_sessions_nor_one_with_an_action() {
    let mut queue = ToastQueue::default();
    queue.show(session_toast(), 0);
    queue.show(toast("undo").action("Undo", Callback::noop()), 0);
    ["a", "b", "c", "d"].iter().for_each(|id| queue.show(toast(id), 0));
    assert_eq!(ids(&queue), ["(session)", "undo", "c", "d"]);
    ["e", "f", "g"].iter().for_each(|id| queue.show(toast(id).action("Undo", Callback::noop()), 0));
    assert_eq!(ids(&queue), ["(session)", "e", "f", "g"]);
}

#[test]
fn a_toast_that_is_sticky_or_has_an_action_stays_until_it_is_closed() {
    for toast in [toast("a").sticky(), Toast::new("a", "a").action("Undo", Callback::noop())] {
        let mut queue = ToastQueue::default();
        queue.show(toast, 0);
        queue.pause(10);
        queue.resume(20);
        queue.expire(u64::MAX);
        assert_eq!((ids(&queue), queue.next_expiry_ms()), (vec!["a".to_owned()], None));
    }
}

#[test]
fn a_toast_with_an_action_is_shown_for_at_least_20_seconds() {
    for (given_ms, expected_ms) in [(0, 20_000), (300, 20_000), (60_000, 60_000)] {
        let toast = Toast::new("a", "a").action("Undo", Callback::noop()).duration(Duration::from_millis(given_ms));
        assert_eq!(toast.lasts_ms(), Some(expected_ms));
    }
}

#[test]
fn warnings_are_shown_longer_than_successes_and_a_huge_duration_does_not_overflow() {
    let lasts = |toast: Toast| toast.lasts_ms();
    assert_eq!(lasts(Toast::success("a", "a")), lasts(Toast::new("a", "a")));
    assert!(lasts(Toast::error("a", "a")) > lasts(Toast::success("a", "a")));
    let mut queue = ToastQueue::default();
    queue.show(Toast::new("a", "a").duration(Duration::MAX), 50);
    queue.pause(60);
    queue.resume(70);
    assert_eq!(queue.next_expiry_ms(), Some(u64::MAX));
}
