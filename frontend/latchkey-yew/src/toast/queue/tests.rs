//! The queue's rules.

use super::*;

fn toast(id: &'static str) -> Toast {
    Toast { id, tone: Tone::Info, title: id.into(), detail: "".into(), lasts_ms: 100 }
}

fn ids(queue: &ToastQueue) -> Vec<&str> {
    queue.toasts().map(|toast| toast.id).collect()
}

fn showing(ids: &[&'static str]) -> ToastQueue {
    let mut queue = ToastQueue::default();
    ids.iter().for_each(|id| queue.show(toast(id), 0));
    queue
}

#[test]
fn toasts_show_in_the_order_in_which_they_came() {
    assert_eq!(ids(&showing(&["a", "b", "c"])), ["a", "b", "c"]);
}

#[test]
fn the_same_id_updates_in_place_and_starts_its_time_anew() {
    let mut queue = showing(&["a", "b"]);
    queue.show(Toast { title: "new".into(), ..toast("a") }, 50);
    assert_eq!(ids(&queue), ["a", "b"]);
    assert_eq!(queue.toasts().next().unwrap().title, "new");
    queue.expire(100);
    assert_eq!(ids(&queue), ["a"]);
}

#[test]
fn one_too_many_takes_the_place_of_the_oldest() {
    assert_eq!(ids(&showing(&["a", "b", "c", "d", "e"])), ["b", "c", "d", "e"]);
}

#[test]
fn a_toast_goes_when_its_time_has_passed_and_not_before() {
    let mut queue = showing(&["a"]);
    assert_eq!(queue.next_expiry_ms(), Some(100));
    queue.expire(99);
    assert!(!queue.is_empty());
    queue.expire(100);
    assert!(queue.is_empty());
    assert_eq!(queue.next_expiry_ms(), None);
}

#[test]
fn a_toast_can_be_taken_away_by_id_or_as_the_newest() {
    let mut queue = showing(&["a", "b", "c"]);
    queue.dismiss("b");
    queue.dismiss_newest();
    queue.dismiss("unknown");
    assert_eq!(ids(&queue), ["a"]);
}

#[test]
fn while_time_stands_still_nothing_goes() {
    let mut queue = showing(&["a"]);
    queue.pause(40);
    queue.expire(1_000);
    assert_eq!((ids(&queue), queue.next_expiry_ms()), (vec!["a"], None));
}

#[test]
fn when_time_goes_on_each_toast_has_as_much_left_as_it_had() {
    let mut queue = showing(&["a"]);
    queue.pause(40);
    queue.pause(500);
    queue.resume(1_000);
    queue.resume(2_000);
    assert_eq!(queue.next_expiry_ms(), Some(1_060));
}

#[test]
fn a_toast_that_comes_while_time_stands_still_has_all_of_its_time() {
    let mut queue = ToastQueue::default();
    queue.pause(40);
    queue.show(toast("a"), 500);
    queue.resume(1_000);
    assert_eq!(queue.next_expiry_ms(), Some(1_100));
}

#[test]
fn nothing_that_was_said_to_one_user_shows_to_another_but_what_was_said_to_nobody_stays() {
    let mut queue = ToastQueue::default();
    queue.set_user(Some("ada".into()), "session");
    queue.show(toast("account"), 0);
    queue.show(toast("session"), 0);
    queue.set_user(Some("ada".into()), "session");
    assert_eq!(queue.toasts().count(), 2);
    for next in [None, Some("grace".into())] {
        queue.show(toast("account"), 0);
        queue.set_user(next, "session");
        assert_eq!(queue.toasts().map(|toast| toast.id).collect::<Vec<_>>(), ["session"]);
    }
}
