//! The account page: name and password.

use latchkey_shared::{EndReason, ErrorCode};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::page::address;
use latchkey_test_kit::wire::{PASSWORD, RENAME, Reply, VERIFY, ada, embedded, ended, signed_in_again, verified};
use latchkey_test_kit::{Page, Server, settle};

async fn account_page(server: &Server) -> Page {
    server.replies(VERIFY, verified(600, 2));
    open("/account", embedded()).await
}

async fn change_password(page: &Page, new: &str) {
    page.fill("#current-password", "correct horse");
    page.fill("#new-password", new);
    page.click("Change password").await;
}

#[wasm_bindgen_test]
async fn a_new_name_is_shown_at_once_everywhere_without_another_request() {
    let server = Server::start();
    let mut renamed = ada(2);
    renamed.name = "Ada King".into();
    server.replies(RENAME, Reply::json(&renamed));
    let page = account_page(&server).await;
    page.fill("#name", "Ada King");
    page.click("Save name").await;
    assert!(page.find(".lead").unwrap().text_content().unwrap().contains("Ada King"));
    assert!(page.find(".lk-toast").unwrap().text_content().unwrap().contains("Name saved"));
    assert_eq!((server.requests().len(), server.requests()[0].session.as_deref()), (1, Some("s1")));
    page.click("Dashboard").await;
    assert!(page.find("h1").unwrap().text_content().unwrap().contains("Ada King"));
    assert_eq!(server.count("GET /api/me"), 0);
}

#[wasm_bindgen_test]
async fn a_name_that_is_refused_stays_in_its_field_with_the_reason() {
    let server = Server::start();
    server.replies(RENAME, Reply::problem(ErrorCode::Unacceptable));
    let page = account_page(&server).await;
    page.fill("#name", "A name beyond all bounds");
    page.click("Save name").await;
    assert_eq!(page.error_of("#name").as_deref(), Some("In the server's words."));
    assert_eq!(page.value("#name"), "A name beyond all bounds");
    assert!(page.find(".lead").unwrap().text_content().unwrap().contains("Ada Lovelace"));
}

#[wasm_bindgen_test]
async fn a_changed_password_continues_in_the_new_session() {
    let server = Server::start();
    server.replies(PASSWORD, Reply::json(&signed_in_again()));
    let page = account_page(&server).await;
    change_password(&page, "another good one").await;
    let toast = page.find(".lk-toast").unwrap().text_content().unwrap();
    assert!(toast.contains("Password changed") && toast.contains("Other sessions were signed out."));
    assert_eq!((address().as_str(), page.value("#new-password").as_str()), ("/account", ""));
    server.replies(RENAME, Reply::json(&ada(2)));
    page.click("Save name").await;
    assert_eq!(server.requests().last().unwrap().session.as_deref(), Some("s2"));
}

#[wasm_bindgen_test]
async fn a_wrong_current_password_is_shown_at_its_field_and_ends_nothing() {
    let server = Server::start();
    server.replies(PASSWORD, Reply::problem(ErrorCode::BadCredentials));
    let page = account_page(&server).await;
    change_password(&page, "another good one").await;
    assert_eq!(page.error_of("#current-password").as_deref(), Some("This is not your password."));
    assert_eq!((page.value("#new-password").as_str(), page.count(".lk-toast")), ("another good one", 0));
    assert_eq!((address().as_str(), server.count(VERIFY)), ("/account", 0));
    assert!(page.text().contains("Ada Lovelace"));
}

#[wasm_bindgen_test]
async fn a_password_of_the_wrong_length_is_not_sent() {
    let server = Server::start();
    let page = account_page(&server).await;
    change_password(&page, "too short").await;
    assert_eq!(page.error_of("#new-password").as_deref(), Some("A password has 12 to 128 characters."));
    assert_eq!(server.count(PASSWORD), 0);
}

#[wasm_bindgen_test]
async fn if_the_server_is_unavailable_the_input_is_kept_and_a_check_follows() {
    let server = Server::start();
    server.unreachable(PASSWORD);
    let page = account_page(&server).await;
    change_password(&page, "another good one").await;
    assert!(page.find("[role=alert]").unwrap().text_content().unwrap().contains("The server cannot be reached"));
    assert_eq!(page.value("#new-password"), "another good one");
    assert_eq!(server.count(VERIFY), 1);
}

#[wasm_bindgen_test]
async fn too_many_wrong_passwords_count_down() {
    let server = Server::start();
    server.replies(PASSWORD, Reply { retry_after: Some("90"), ..Reply::problem(ErrorCode::TooManyAttempts) });
    let page = account_page(&server).await;
    change_password(&page, "another good one").await;
    let shown = page.find("[role=alert]").unwrap().text_content().unwrap();
    assert!(shown.contains("Try again in 1:") && shown.contains("Try again in 2 minutes."), "{shown}");
    page.click("Change password").await;
    assert_eq!(server.count(PASSWORD), 1);
}

#[wasm_bindgen_test]
async fn a_request_that_finds_the_session_expired_opens_the_dialog() {
    let server = Server::start();
    server.replies(RENAME, ended(EndReason::SessionExpired));
    let page = account_page(&server).await;
    page.fill("#name", "Ada King");
    settle().await;
    page.click("Save name").await;
    assert_eq!((address().as_str(), page.count("dialog[open]")), ("/account", 1));
    assert_eq!(page.value("#name"), "Ada King");
}
