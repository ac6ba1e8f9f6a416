//! A check and a log-in never overlap, so no late 401 can take a fresh cookie away.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use gloo_timers::future::sleep;
use js_sys::{Function, Object, Reflect};
use latchkey_shared::EndReason;
use latchkey_yew::internals::{Lock, LockMode, lock};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::page::address;
use latchkey_test_kit::web_locks::{WithoutWebLocks, shadow_locks};
use latchkey_test_kit::wire::{LOGIN, Reply, VERIFY, embedded_end, ended, signed_in, verified};
use latchkey_test_kit::{Server, settle};

#[wasm_bindgen_test]
async fn a_sign_in_waits_for_the_check_before_it_and_wins() {
    let server = Server::start();
    server.holds(VERIFY).replies(LOGIN, Reply::json(&signed_in()));
    let page = open("/", embedded_end(EndReason::SessionMissing)).await;
    page.click("Enter").await;
    page.sign_in().await;
    assert_eq!((server.count(VERIFY), server.count(LOGIN)), (1, 0));
    server.release(VERIFY, ended(EndReason::SessionExpired));
    server.replies(VERIFY, verified(600, 1));
    settle().await;
    assert_eq!((server.count(LOGIN), address().as_str()), (1, "/notes"));
    assert_eq!(page.count(".lk-toast"), 0);
}

/// Whether a lock is to be had at once.
async fn at_once(mode: LockMode) -> Option<Lock> {
    let mut lock = pin!(lock(mode));
    let mut patience = pin!(sleep(Duration::from_millis(150)));
    poll_fn(|context| match lock.as_mut().poll(context) {
        Poll::Ready(lock) => Poll::Ready(Some(lock)),
        Poll::Pending => patience.as_mut().poll(context).map(|()| None),
    })
    .await
}

#[wasm_bindgen_test]
async fn without_web_locks_a_queue_locks_within_the_tab() {
    let without = WithoutWebLocks::begin();
    let (first, second) = (at_once(LockMode::Shared).await, at_once(LockMode::Shared).await);
    assert!(first.is_some() && second.is_some());
    assert!(at_once(LockMode::Exclusive).await.is_none());
    drop((first, second));
    let alone = at_once(LockMode::Exclusive).await;
    assert!(alone.is_some() && at_once(LockMode::Shared).await.is_none());
    drop(alone);
    assert!(at_once(LockMode::Exclusive).await.is_some());
    drop(without);
    assert!(at_once(LockMode::Exclusive).await.is_some(), "and with Web Locks too");
}

#[wasm_bindgen_test]
async fn a_dropped_request_for_a_lock_is_not_granted_later() {
    let held = at_once(LockMode::Exclusive).await;
    assert!(at_once(LockMode::Exclusive).await.is_none());
    drop(held);
    assert!(at_once(LockMode::Exclusive).await.is_some());
}

#[wasm_bindgen_test]
async fn web_locks_that_throw_or_refuse_do_not_block() {
    for refusal in ["throw new DOMException('no', 'SecurityError')", "return Promise.reject(new DOMException('no'))"] {
        let locks = Object::new();
        Reflect::set(&locks, &"request".into(), &Function::new_no_args(refusal)).unwrap();
        let without = WithoutWebLocks::begin();
        shadow_locks(Some(&locks));
        assert!(at_once(LockMode::Exclusive).await.is_some(), "{refusal}");
        drop(without);
    }
    settle().await;
    assert!(at_once(LockMode::Exclusive).await.is_some());
}
