//! The rate limit of log-ins: the wait is counted down, and the input is kept.

use std::time::Duration;

use gloo_timers::future::sleep;
use latchkey_shared::{EndReason, ErrorCode};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::wire::{LOGIN, Reply, VERIFY, embedded_end, ended};
use latchkey_test_kit::{Server, settle};

#[wasm_bindgen_test]
async fn the_button_is_disabled_with_its_name_and_the_address_is_kept() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    server.replies(LOGIN, Reply { retry_after: Some("2"), ..Reply::problem(ErrorCode::TooManyAttempts) });
    let page = open("/auth", embedded_end(EndReason::SessionMissing)).await;
    page.sign_in().await;
    let shown = page.find("[role=alert]").unwrap().text_content().unwrap();
    assert!(shown.contains("Too many attempts") && shown.contains("Try again in 0:0"), "{shown}");
    let waiting = page.find("form [type=submit][aria-disabled=true]").unwrap();
    assert_eq!(waiting.text_content().unwrap(), "Sign in");
    waiting.click();
    settle().await;
    assert_eq!((server.count(LOGIN), page.value("#email").as_str()), (1, "ada@example.org"));

    sleep(Duration::from_millis(2_100)).await;
    settle().await;
    assert!(page.find("[role=alert]").unwrap().text_content().unwrap().contains("You can try again now."));
    page.find("form [type=submit]:not([aria-disabled])").unwrap().click();
    settle().await;
    assert_eq!(server.count(LOGIN), 2);
}
