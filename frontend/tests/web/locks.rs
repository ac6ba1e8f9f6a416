//! A check and a log-in never overlap, so no late 401 can take a fresh cookie away.

use latchkey_shared::EndReason;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::page::address;
use crate::support::wire::{LOGIN, Reply, VERIFY, embedded_end, ended, signed_in, verified};
use crate::support::{Page, Server, settle};

#[wasm_bindgen_test]
async fn a_sign_in_waits_for_the_check_before_it_and_wins() {
    let server = Server::start();
    server.holds(VERIFY).replies(LOGIN, Reply::json(&signed_in()));
    let page = Page::open("/", embedded_end(EndReason::SessionMissing)).await;
    page.click("Sign in").await;
    page.sign_in().await;
    assert_eq!((server.count(VERIFY), server.count(LOGIN)), (1, 0));
    server.release(VERIFY, ended(EndReason::SessionExpired));
    server.replies(VERIFY, verified(600, 1));
    settle().await;
    assert_eq!((server.count(LOGIN), address().as_str()), (1, "/dashboard"));
    assert_eq!(page.count(".toast"), 0);
}
