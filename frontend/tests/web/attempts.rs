//! Signing in and out.

use latchkey_shared::{EndReason, ErrorCode};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::page::{address, back};
use latchkey_test_kit::wire::{LOGIN, LOGOUT, ME, Reply, VERIFY, embedded, embedded_end, ended, signed_in, verified};
use latchkey_test_kit::{Page, Server, settle};

async fn sign_in_page(query: &str) -> Page {
    open(&format!("/auth{query}"), embedded_end(EndReason::SessionMissing)).await
}

#[wasm_bindgen_test]
async fn signing_in_leads_to_next_without_a_further_check() {
    let server = Server::start();
    server.replies(LOGIN, Reply::json(&signed_in())).replies(VERIFY, verified(600, 1));
    let page = sign_in_page("?next=%2Faccount").await;
    page.sign_in().await;
    assert_eq!(address(), "/account");
    assert!(page.text().contains("Ada Lovelace"));
    assert_eq!((server.count(LOGIN), server.count(VERIFY), server.count(ME)), (1, 0, 0));
}

#[wasm_bindgen_test]
async fn two_clicks_send_one_log_in() {
    let server = Server::start();
    server.holds(LOGIN).replies(VERIFY, verified(600, 1));
    let page = sign_in_page("").await;
    page.type_into("email", "ada@example.org");
    page.type_into("password", "correct horse");
    let button = page.find("form button[type=submit]").unwrap();
    button.click();
    button.click();
    settle().await;
    button.click();
    settle().await;
    assert_eq!(server.count(LOGIN), 1);
    server.release(LOGIN, Reply::json(&signed_in()));
    settle().await;
    assert_eq!(address(), "/dashboard");
}

#[wasm_bindgen_test]
async fn a_refusal_shows_the_servers_message_and_keeps_the_address() {
    let server = Server::start();
    server.replies(LOGIN, Reply::problem(ErrorCode::BadCredentials));
    let page = sign_in_page("?next=%2Faccount").await;
    page.sign_in().await;
    assert!(page.text().contains("In the server's words."));
    assert_eq!(address(), "/auth?next=%2Faccount");
    assert_eq!(server.count(VERIFY), 0);
}

#[wasm_bindgen_test]
async fn an_unreachable_server_is_reported_as_such() {
    let server = Server::start();
    server.unreachable(LOGIN).unreachable(VERIFY);
    let page = sign_in_page("").await;
    page.sign_in().await;
    assert!(page.text().contains("The server cannot be reached right now."));
}

#[wasm_bindgen_test]
async fn signing_out_names_the_session_shows_one_toast_and_has_no_next() {
    let server = Server::start();
    server.replies(LOGOUT, Reply::nothing()).replies(VERIFY, ended(EndReason::SessionMissing));
    let page = open("/dashboard", embedded()).await;
    page.click("Sign out").await;
    assert_eq!((address(), page.count(".lk-toast")), ("/auth?reason=signed-out".into(), 1));
    assert_eq!(server.requests()[0].session.as_deref(), Some("s1"));
    back().await;
    assert!(!page.text().contains("Ada Lovelace"));
    assert_eq!(page.count(".lk-toast"), 1);
}

#[wasm_bindgen_test]
async fn a_failed_sign_out_forgets_the_session_at_once_and_is_retried() {
    let server = Server::start();
    server.replies(LOGOUT, Reply::problem(ErrorCode::Unavailable)).replies(VERIFY, verified(600, 1));
    let page = open("/dashboard", embedded()).await;
    page.click("Sign out").await;
    assert_eq!(address(), "/auth?reason=signed-out");
    assert!(page.find(".lk-toast").unwrap().text_content().unwrap().contains("not confirmed"));
    server.replies(LOGOUT, Reply::nothing());
    page.click("Home").await;
    assert!(!page.text().contains("Ada Lovelace"), "the session is still there, and is not adopted");
    assert_eq!((server.count(LOGOUT), server.count(VERIFY)), (2, 0));
    assert!(!page.find(".lk-toast").unwrap().text_content().unwrap().contains("not confirmed"));
}

#[wasm_bindgen_test]
async fn input_survives_a_check() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    let page = sign_in_page("").await;
    page.type_into("email", "ada@example.org");
    page.click("Sign in").await;
    let email = page.find("input[type=email]").unwrap();
    assert_eq!(js_sys::Reflect::get(&email, &"value".into()).unwrap(), "ada@example.org");
}
