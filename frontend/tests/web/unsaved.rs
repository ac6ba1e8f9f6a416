//! Unsaved input is never lost without asking.

use latchkey_shared::{EndReason, ErrorCode};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventInit};

use crate::app::open;
use latchkey_test_kit::page::{address, back};
use latchkey_test_kit::tab::Tab;
use latchkey_test_kit::wire::{PASSWORD, RENAME, Reply, VERIFY, ada, embedded, signed_in_again, verified};
use latchkey_test_kit::{Page, Server};

/// Whether the browser asks before it leaves the page.
fn asks() -> bool {
    let init = EventInit::new();
    init.set_cancelable(true);
    let event = Event::new_with_event_init_dict("beforeunload", &init).unwrap();
    !web_sys::window().unwrap().dispatch_event(&event).unwrap()
}

async fn account_page(server: &Server) -> Page {
    server.replies(VERIFY, verified(600, 1));
    open("/account", embedded()).await
}

#[wasm_bindgen_test]
async fn the_browser_asks_before_it_leaves_only_while_input_is_unsaved() {
    let server = Server::start();
    let page = account_page(&server).await;
    assert!(!asks(), "nothing was typed");
    page.fill("#name", "Ada King");
    assert!(asks());
    page.fill("#name", "Ada Lovelace");
    assert!(!asks(), "it is what it was");

    page.fill("#name", "Ada King");
    let mut renamed = ada(2);
    renamed.name = "Ada King".into();
    server.replies(RENAME, Reply::json(&renamed));
    page.click("Save name").await;
    assert!(!asks(), "it is saved");

    page.fill("#new-password", "another good one");
    assert!(asks());
    page.fill("#current-password", "correct horse");
    let mut again = signed_in_again();
    again.user = renamed;
    server.replies(PASSWORD, Reply::json(&again));
    page.click("Change password").await;
    assert!(!asks(), "it is changed");

    page.fill("#name", "Half a na");
    page.click("Dashboard").await;
    assert!(!asks(), "the page is left");
}

#[wasm_bindgen_test]
async fn a_password_that_the_browser_fills_in_is_no_unsaved_input() {
    let server = Server::start();
    let page = account_page(&server).await;
    page.fill("#current-password", "from the password manager");
    assert!(!asks());
}

#[wasm_bindgen_test]
async fn a_page_that_keeps_no_input_is_left_without_asking() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1));
    let page = open("/dashboard", embedded()).await;
    page.find("article").unwrap().insert_adjacent_html("beforeend", "<input id=other>").unwrap();
    page.fill("#other", "words");
    assert!(!asks());
}

#[wasm_bindgen_test]
async fn a_link_to_the_same_page_keeps_the_protection() {
    let server = Server::start();
    let page = account_page(&server).await;
    page.fill("#name", "Half a na");
    page.click("Account").await;
    Tab::open().sends_end(EndReason::SessionExpired).await;
    assert_eq!((page.count("dialog[open]"), page.count(".lk-guard[hidden] #name")), (1, 1));
    assert_eq!((address().as_str(), page.value("#name").as_str()), ("/account", "Half a na"));
    assert!(asks());
}

#[wasm_bindgen_test]
async fn without_unsaved_input_the_end_opens_no_dialog() {
    let server = Server::start();
    let page = account_page(&server).await;
    page.fill("#name", "Half a na");
    page.fill("#name", "Ada Lovelace");
    Tab::open().sends_end(EndReason::SessionExpired).await;
    assert_eq!((page.count("dialog[open]"), address().as_str()), (0, "/auth?next=%2Faccount&reason=session-expired"));
}

#[wasm_bindgen_test]
async fn leaving_the_page_closes_its_re_authentication_dialog_and_sends_nothing() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1)).replies(RENAME, Reply::problem(ErrorCode::ReauthRequired));
    let page = open("/dashboard", embedded()).await;
    page.click("Account").await;
    page.fill("#name", "Ada King");
    page.click("Save name").await;
    assert_eq!(page.count("dialog[open]"), 1);
    back().await;
    assert_eq!((page.count("dialog[open]"), address().as_str()), (0, "/dashboard"));
    assert_eq!((server.count(RENAME), page.count(".lk-toast")), (1, 0));
}
