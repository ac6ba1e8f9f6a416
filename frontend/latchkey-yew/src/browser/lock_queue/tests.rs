use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Context;

use super::*;

/// The permit, if it is granted by now.
fn poll<F: Future<Output = Permit>>(waiting: &mut Pin<&mut F>) -> Option<Permit> {
    match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(permit) => Some(permit),
        Poll::Pending => None,
    }
}

#[test]
fn shared_permits_are_held_together_and_an_exclusive_one_alone() {
    let queue = LockQueue::default();
    let (mut a, mut b) = (pin!(queue.acquire(LockMode::Shared)), pin!(queue.acquire(LockMode::Shared)));
    let (a, b) = (poll(&mut a).unwrap(), poll(&mut b).unwrap());
    let mut alone = pin!(queue.acquire(LockMode::Exclusive));
    assert!(poll(&mut alone).is_none());
    drop(a);
    assert!(poll(&mut alone).is_none());
    drop(b);
    let alone = poll(&mut alone).unwrap();
    let mut after = pin!(queue.acquire(LockMode::Shared));
    assert!(poll(&mut after).is_none());
    drop(alone);
    assert!(poll(&mut after).is_some());
}

#[test]
fn a_later_shared_request_does_not_overtake_an_exclusive_one() {
    let queue = LockQueue::default();
    let mut first = pin!(queue.acquire(LockMode::Shared));
    let first = poll(&mut first).unwrap();
    let (mut alone, mut late) = (pin!(queue.acquire(LockMode::Exclusive)), pin!(queue.acquire(LockMode::Shared)));
    assert!(poll(&mut alone).is_none() && poll(&mut late).is_none());
    drop(first);
    assert!(poll(&mut late).is_none());
    let alone = poll(&mut alone).unwrap();
    assert!(poll(&mut late).is_none());
    drop(alone);
    assert!(poll(&mut late).is_some());
}

#[test]
fn a_dropped_request_does_not_block_the_queue() {
    let queue = LockQueue::default();
    let mut first = pin!(queue.acquire(LockMode::Exclusive));
    let first = poll(&mut first).unwrap();
    let mut given_up = Box::pin(queue.acquire(LockMode::Exclusive));
    assert!(poll(&mut given_up.as_mut()).is_none());
    let mut last = pin!(queue.acquire(LockMode::Shared));
    assert!(poll(&mut last).is_none());
    drop(given_up);
    drop(first);
    assert!(poll(&mut last).is_some());
}
