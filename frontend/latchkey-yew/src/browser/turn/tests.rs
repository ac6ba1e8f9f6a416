//! Turns in one tab.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Context;

use super::*;

/// Whether it is the turn of somebody who waits.
fn come<F: Future<Output = Turn>>(waiting: &mut Pin<&mut F>) -> Option<Turn> {
    match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(turn) => Some(turn),
        Poll::Pending => None,
    }
}

#[test]
fn those_who_share_go_together_and_who_does_not_goes_alone() {
    let queue = Queue::default();
    let (mut a, mut b) = (pin!(queue.turn(Mode::Shared)), pin!(queue.turn(Mode::Shared)));
    let (a, b) = (come(&mut a).unwrap(), come(&mut b).unwrap());
    let mut alone = pin!(queue.turn(Mode::Exclusive));
    assert!(come(&mut alone).is_none());
    drop(a);
    assert!(come(&mut alone).is_none());
    drop(b);
    let alone = come(&mut alone).unwrap();
    let mut after = pin!(queue.turn(Mode::Shared));
    assert!(come(&mut after).is_none());
    drop(alone);
    assert!(come(&mut after).is_some());
}

#[test]
fn nobody_overtakes_who_waits_to_be_alone() {
    let queue = Queue::default();
    let mut first = pin!(queue.turn(Mode::Shared));
    let first = come(&mut first).unwrap();
    let (mut alone, mut late) = (pin!(queue.turn(Mode::Exclusive)), pin!(queue.turn(Mode::Shared)));
    assert!(come(&mut alone).is_none() && come(&mut late).is_none());
    drop(first);
    assert!(come(&mut late).is_none());
    let alone = come(&mut alone).unwrap();
    assert!(come(&mut late).is_none());
    drop(alone);
    assert!(come(&mut late).is_some());
}

#[test]
fn who_gives_up_waiting_holds_nobody_up() {
    let queue = Queue::default();
    let mut first = pin!(queue.turn(Mode::Exclusive));
    let first = come(&mut first).unwrap();
    let mut given_up = Box::pin(queue.turn(Mode::Exclusive));
    assert!(come(&mut given_up.as_mut()).is_none());
    let mut last = pin!(queue.turn(Mode::Shared));
    assert!(come(&mut last).is_none());
    drop(given_up);
    drop(first);
    assert!(come(&mut last).is_some());
}
