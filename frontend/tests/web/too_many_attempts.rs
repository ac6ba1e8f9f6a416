//! Too many attempts to sign in: the wait is counted down, and nothing is lost by it.

use std::time::Duration;

use gloo_timers::future::sleep;
use latchkey_shared::{EndReason, ErrorCode};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::wire::{LOGIN, Reply, VERIFY, embedded_end, ended};
use latchkey_test_kit::{Server, settle};

#[wasm_bindgen_test]
async fn the_button_waits_with_its_name_and_the_address_stays() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    server.replies(LOGIN, Reply { retry_after: Some("2"), ..Reply::problem(ErrorCode::TooManyAttempts) });
    let page = open("/auth", embedded_end(EndReason::SessionMissing)).await;
    page.sign_in().await;
    let told = page.find("[role=alert]").unwrap().text_content().unwrap();
    assert!(told.contains("Too many attempts") && told.contains("Try again in 0:0"), "{told}");
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
