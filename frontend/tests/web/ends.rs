//! The end of a session: one toast with the reason, and a redirect to the sign-in page from protected pages only.

use latchkey_shared::EndReason;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::page::{address, back};
use latchkey_test_kit::wire::{Reply, VERIFY, embedded, embedded_end, ended, session, signed_in, verified};
use latchkey_test_kit::{Server, settle};

#[wasm_bindgen_test]
async fn on_a_protected_page_an_end_redirects_to_the_sign_in_page_with_next_and_reason() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionExpired));
    let page = open("/dashboard", embedded()).await;
    page.click("Account").await;
    assert_eq!(address(), "/auth?next=%2Faccount&reason=session-expired");
    assert!(!page.text().contains("Ada Lovelace"));
    assert_eq!(page.count(".lk-toast"), 1);
    assert!(page.find(".lk-toast").unwrap().text_content().unwrap().contains("Session expired"));
    assert!(page.find("main").unwrap().text_content().unwrap().contains("Your session has expired."));
}

#[wasm_bindgen_test]
async fn on_a_public_page_an_end_redirects_nowhere() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionRevoked));
    let page = open("/dashboard", embedded()).await;
    page.click("Home").await;
    assert_eq!((address(), page.count(".lk-toast")), ("/".into(), 1));
    page.click("Home").await;
    assert_eq!(page.count(".lk-toast"), 1);
}

#[wasm_bindgen_test]
async fn back_from_the_sign_in_page_does_not_show_the_protected_page() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionExpired));
    let page = open("/dashboard", embedded()).await;
    page.click("Account").await;
    back().await;
    assert_eq!(address(), "/auth?next=%2Fdashboard&reason=session-expired");
    assert_eq!((page.text().contains("Ada Lovelace"), page.count(".lk-toast")), (false, 1));
}

#[wasm_bindgen_test]
async fn an_embedded_end_is_shown_once_and_one_check_removes_the_cookie() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionExpired));
    let page = open("/auth?next=%2Faccount&reason=session-expired", embedded_end(EndReason::SessionExpired)).await;
    assert_eq!((server.count(VERIFY), page.count(".lk-toast")), (1, 1));
}

#[wasm_bindgen_test]
async fn a_missing_session_shows_no_toast() {
    let server = Server::start();
    let page = open("/", embedded_end(EndReason::SessionMissing)).await;
    assert_eq!((server.requests().len(), page.count(".lk-toast")), (0, 0));
}

#[wasm_bindgen_test]
async fn at_the_deadline_an_idle_page_starts_a_check_and_shows_the_end() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionExpired));
    let mut initial = signed_in();
    initial.session = session(1);
    let page = open("/", Some(latchkey_shared::InitialSession::Active(initial))).await;
    assert_eq!(server.count(VERIFY), 0);
    gloo_timers::future::sleep(std::time::Duration::from_millis(1_100)).await;
    settle().await;
    assert_eq!((server.count(VERIFY), page.count(".lk-toast")), (1, 1));
}

#[wasm_bindgen_test]
async fn a_session_of_a_month_does_not_overflow_the_timer() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1));
    let mut initial = signed_in();
    initial.session = session(40 * 86_400);
    let _page = open("/", Some(latchkey_shared::InitialSession::Active(initial))).await;
    assert_eq!(server.count(VERIFY), 0);
}

#[wasm_bindgen_test]
async fn an_unknown_reason_is_shown_with_the_servers_message_and_is_not_retried() {
    let server = Server::start();
    server.replies(VERIFY, Reply::from_the_future("moved-abroad", "Your account lives elsewhere now."));
    let page = open("/dashboard", embedded()).await;
    page.click("Account").await;
    assert_eq!((address().as_str(), page.count(".lk-reconnecting__line")), ("/auth?next=%2Faccount", 0));
    for place in [".lk-toast", "main"] {
        let words = page.find(place).unwrap().text_content().unwrap();
        assert!(words.contains("Your account lives elsewhere now."), "{place}: {words}");
    }
    assert!(!page.text().contains("Ada Lovelace"));
}
