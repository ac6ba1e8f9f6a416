//! A check and a log-in never overlap, so no late 401 can take a fresh cookie away.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use gloo_timers::future::sleep;
use js_sys::{Function, Object, Promise, Reflect};
use latchkey_shared::EndReason;
use latchkey_yew::internals::{Lock, LockMode, delay_sign_ins, lock};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
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

/// The number of Web Locks that this page holds or waits for.
async fn web_locks() -> u32 {
    let query = Function::new_no_args(
        "return navigator.locks.query().then(({ held, pending }) => held.length + pending.length)",
    );
    let count = JsFuture::from(Promise::from(query.call0(&JsValue::NULL).unwrap())).await.unwrap();
    count.as_f64().unwrap() as u32
}

/// The browser may keep such a page, and no script of it runs until it is restored.
#[wasm_bindgen_test]
async fn a_page_that_the_tab_has_left_holds_no_lock_and_waits_for_none() {
    let other_tab = Function::new_no_args(
        "let release; navigator.locks.request('latchkey-sign-out', () => new Promise((done) => { release = done }));
         return () => release()",
    );
    let release = Function::from(other_tab.call0(&JsValue::NULL).unwrap());
    let held = at_once(LockMode::Exclusive).await;
    let waiting = delay_sign_ins();
    settle().await;
    assert_eq!(web_locks().await, 3, "one held, one that waits, and that of the other tab");
    web_sys::window().unwrap().dispatch_event(&web_sys::Event::new("pagehide").unwrap()).unwrap();
    settle().await;
    assert_eq!(web_locks().await, 1, "that of the other tab");
    drop((held, waiting));
    release.call0(&JsValue::NULL).unwrap();
    let again = at_once(LockMode::Exclusive).await;
    assert!(again.is_some() && web_locks().await == 1, "the restored page locks again");
}
