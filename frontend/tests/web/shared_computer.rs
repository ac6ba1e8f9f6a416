//! Computers that others use too: who signs out is gone, with the network or without, and Back does not show their page.

use js_sys::Reflect;
use latchkey_shared::EndReason;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{PageTransitionEvent, PageTransitionEventInit};

use crate::app::open;
use latchkey_test_kit::page::{address, window_event};
use latchkey_test_kit::wire::{LOGOUT, Reply, VERIFY, embedded, ended, verified};
use latchkey_test_kit::{Page, Server, settle};

fn toast(page: &Page) -> String {
    page.find(".lk-toast").and_then(|toast| toast.text_content()).unwrap_or_default()
}

#[wasm_bindgen_test]
async fn without_the_network_a_sign_out_forgets_the_session_at_once_and_is_sent_later() {
    let server = Server::start();
    server.unreachable(LOGOUT).unreachable(VERIFY);
    let page = open("/dashboard", embedded()).await;
    page.click("Sign out").await;
    assert_eq!(address(), "/auth?reason=signed-out");
    assert!(!page.text().contains("Ada Lovelace"));
    assert!(toast(&page).contains("not confirmed"));

    server.replies(LOGOUT, Reply::nothing()).replies(VERIFY, ended(EndReason::SignedOut));
    window_event("online").await;
    assert!(toast(&page).contains("Signed out") && !toast(&page).contains("not confirmed"));
    let last = server.requests().into_iter().rfind(|request| request.call == LOGOUT).unwrap();
    assert_eq!((last.session.as_deref(), page.count(".lk-toast")), (Some("s1"), 1));
}

#[wasm_bindgen_test]
async fn a_page_from_the_back_forward_cache_is_hidden_until_it_is_checked() {
    let server = Server::start();
    server.holds(VERIFY);
    let page = open("/dashboard", embedded()).await;
    let init = PageTransitionEventInit::new();
    Reflect::set(&init, &"persisted".into(), &true.into()).unwrap();
    let event = PageTransitionEvent::new_with_event_init_dict("pageshow", &init).unwrap();
    web_sys::window().unwrap().dispatch_event(&event).unwrap();
    settle().await;
    assert_eq!((server.count(VERIFY), page.count(".lk-guard[hidden]")), (1, 1));
    server.release(VERIFY, verified(600, 1));
    settle().await;
    assert_eq!(page.count(".lk-guard[hidden]"), 0);
    assert!(page.text().contains("Ada Lovelace"));
}
