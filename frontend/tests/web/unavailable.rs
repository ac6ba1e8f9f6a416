//! An outage is not a sign-out.

use latchkey_shared::ErrorCode;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::page::{address, window_event};
use latchkey_test_kit::wire::{Reply, VERIFY, embedded, verified};
use latchkey_test_kit::{Page, Server, settle};

/// Asserts the state during an outage: signed in, on the same page, one quiet line, no toast.
fn undisturbed(page: &Page) {
    assert_eq!(address(), "/account");
    assert!(page.text().contains("Ada Lovelace"));
    assert!(page.find("[role=status]").unwrap().text_content().unwrap().contains("Reconnecting… no answer since "));
    assert_eq!(page.count(".lk-toast"), 0);
}

#[wasm_bindgen_test]
async fn neither_an_outage_nor_a_portal_nor_a_lost_network_signs_the_user_out() {
    let server = Server::start();
    for reply in [
        Some(Reply::problem(ErrorCode::Unavailable)),
        Some(Reply::problem(ErrorCode::Internal)),
        Some(Reply::portal()),
        None,
    ] {
        match reply {
            Some(reply) => server.replies(VERIFY, reply),
            None => server.unreachable(VERIFY),
        };
        let page = open("/dashboard", embedded()).await;
        page.click("Account").await;
        undisturbed(&page);
    }
}

#[wasm_bindgen_test]
async fn the_line_disappears_silently_when_the_server_is_back() {
    let server = Server::start();
    server.unreachable(VERIFY);
    let page = open("/dashboard", embedded()).await;
    page.click("Account").await;
    undisturbed(&page);
    server.replies(VERIFY, verified(600, 1));
    gloo_timers::future::sleep(std::time::Duration::from_millis(1_300)).await;
    settle().await;
    assert!(!page.text().contains("Reconnecting"));
    assert_eq!((server.count(VERIFY), page.count(".lk-toast")), (2, 0));
}

#[wasm_bindgen_test]
async fn losing_the_network_shows_the_line_and_finding_it_starts_a_check() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1));
    let page = open("/account", embedded()).await;
    window_event("offline").await;
    undisturbed(&page);
    window_event("online").await;
    assert_eq!(server.count(VERIFY), 1);
    assert!(!page.text().contains("Reconnecting"));
}
