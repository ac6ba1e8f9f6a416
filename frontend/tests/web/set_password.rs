//! The page that a one-time link leads to.

use std::time::Duration;

use gloo_timers::future::sleep;
use latchkey_shared::{EndReason, ErrorCode};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::window;

use crate::app::{open, reload};
use latchkey_test_kit::page::{address, fragment};
use latchkey_test_kit::streams::Streams;
use latchkey_test_kit::wire::{Reply, SET_PASSWORD, VERIFY, embedded, embedded_end, ended, verified};
use latchkey_test_kit::{Page, Server, settle};

const NEW: &str = "seven slow green trams";

async fn link_page(server: &Server, token: &str) -> Page {
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    open(&format!("/set-password#token={token}"), embedded_end(EndReason::SessionMissing)).await
}

async fn set(page: &Page, password: &str) {
    page.fill("#new-password", password);
    page.click("Change password").await;
}

#[wasm_bindgen_test]
async fn the_token_leaves_the_address_and_is_sent_once_without_a_session() {
    let server = Server::start();
    server.replies(SET_PASSWORD, Reply::nothing());
    let page = link_page(&server, "t1").await;
    assert_eq!((address().as_str(), fragment().as_str()), ("/set-password", ""));
    set(&page, NEW).await;
    let sent: serde_json::Value = serde_json::from_str(&server.last_body(SET_PASSWORD).await).unwrap();
    assert_eq!(sent, serde_json::json!({"token": "t1", "password": NEW}));
    let request = server.requests().into_iter().find(|request| request.call == SET_PASSWORD).unwrap();
    assert_eq!((request.session, server.count(SET_PASSWORD)), (None, 1));
    assert_eq!(address(), "/auth");
    assert!(page.find(".lk-toast").unwrap().text_content().unwrap().contains("Sign in with it."));
    assert!(page.find("input[type=email]").is_some(), "the user signs in with it");
}

#[wasm_bindgen_test]
async fn without_a_token_there_is_no_form_but_an_explanation() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    for address in ["/set-password", "/set-password#", "/set-password#token=", "/set-password#x=t1"] {
        let page = open(address, embedded_end(EndReason::SessionMissing)).await;
        assert_eq!(page.count("#new-password"), 0, "{address}");
        assert!(page.text().contains("Open the link that you were given"), "{address}");
    }
    assert_eq!(server.count(SET_PASSWORD), 0);
}

#[wasm_bindgen_test]
async fn a_link_that_does_not_work_is_explained_and_another_one_in_the_same_tab_works() {
    let server = Server::start();
    server.replies(SET_PASSWORD, Reply::problem(ErrorCode::InvalidLink));
    let page = link_page(&server, "old").await;
    set(&page, NEW).await;
    let alert = page.find("[role=alert]").unwrap().text_content().unwrap();
    assert!(alert.contains("In the server's words."), "{alert}");
    assert_eq!((page.count("#new-password"), address().as_str()), (0, "/set-password"));
    window().unwrap().location().set_hash("token=new").unwrap();
    settle().await;
    assert_eq!((page.count("[role=alert]"), fragment().as_str()), (0, ""));
    server.replies(SET_PASSWORD, Reply::nothing());
    set(&page, NEW).await;
    assert!(server.last_body(SET_PASSWORD).await.contains("\"new\""));
    assert_eq!(address(), "/auth");
}

#[wasm_bindgen_test]
async fn a_weak_password_is_explained_at_its_field_and_the_link_is_kept() {
    let server = Server::start();
    let page = link_page(&server, "t1").await;
    set(&page, "too short").await;
    assert_eq!(page.error_of("#new-password").as_deref(), Some("A password has 12 to 128 characters."));
    assert_eq!(server.count(SET_PASSWORD), 0);
    server.replies(SET_PASSWORD, Reply::problem(ErrorCode::Unacceptable));
    set(&page, "passwordpassword").await;
    assert_eq!(page.error_of("#new-password").as_deref(), Some("In the server's words."));
    assert_eq!(page.value("#new-password"), "passwordpassword");
    server.replies(SET_PASSWORD, Reply::nothing());
    set(&page, NEW).await;
    assert_eq!(address(), "/auth");
}

#[wasm_bindgen_test]
async fn an_outage_and_a_rate_limit_keep_the_input() {
    let server = Server::start();
    server.unreachable(SET_PASSWORD);
    let page = link_page(&server, "t1").await;
    set(&page, NEW).await;
    assert!(page.find("[role=alert]").unwrap().text_content().unwrap().contains("The server cannot be reached"));
    server.replies(SET_PASSWORD, Reply { retry_after: Some("90"), ..Reply::problem(ErrorCode::TooManyAttempts) });
    page.click("Change password").await;
    assert!(page.find("[role=alert]").unwrap().text_content().unwrap().contains("Try again in 1:"));
    page.click("Change password").await;
    assert_eq!((server.count(SET_PASSWORD), page.value("#new-password").as_str()), (2, NEW));
}

#[wasm_bindgen_test]
async fn a_reload_keeps_the_link_until_it_has_been_used() {
    let server = Server::start();
    server.replies(SET_PASSWORD, Reply::problem(ErrorCode::Unavailable));
    let page = link_page(&server, "t1").await;
    set(&page, NEW).await;
    let page = reload(embedded_end(EndReason::SessionMissing)).await;
    server.replies(SET_PASSWORD, Reply::nothing());
    set(&page, NEW).await;
    assert!(server.last_body(SET_PASSWORD).await.contains("\"t1\""));
    assert_eq!(address(), "/auth");
    assert_eq!(window().unwrap().history().unwrap().state().unwrap().as_string(), None, "nothing keeps the token");
}

#[wasm_bindgen_test]
async fn a_user_who_is_signed_in_is_told_that_the_link_may_be_for_another_account_and_stays_signed_in() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1)).replies(SET_PASSWORD, Reply::nothing());
    let page = open("/set-password#token=t1", embedded()).await;
    let notice = page.find(".lk-notice").unwrap().text_content().unwrap();
    assert_eq!(notice, "You are signed in as ada@example.org. The link may be for another account.");
    set(&page, NEW).await;
    assert_eq!(address(), "/dashboard");
    let toast = page.find(".lk-toast").unwrap().text_content().unwrap();
    assert!(toast.contains("It is that of the link's account. You are still signed in to yours."), "{toast}");
}

#[wasm_bindgen_test]
async fn a_user_whose_own_link_it_was_is_told_once_why_the_session_ended() {
    let (server, streams) = (Server::start(), Streams::start());
    server.replies(VERIFY, verified(600, 1)).replies(SET_PASSWORD, Reply::nothing());
    let page = open("/set-password#token=t1", embedded()).await;
    sleep(Duration::from_millis(2_500)).await;
    server.holds(VERIFY);
    set(&page, NEW).await;
    streams.brings("ended", r#"{"code":"password-changed"}"#);
    settle().await;
    // The first answer is too old to be applied, and removes the cookie; the second finds none.
    server.release(VERIFY, ended(EndReason::PasswordChanged));
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    settle().await;
    assert_eq!(address(), "/auth?next=%2Fdashboard&reason=password-changed");
    assert_eq!((page.count(".lk-toast"), server.count(VERIFY)), (1, 2));
    let banner = page.find(".lk-notice").unwrap().text_content().unwrap();
    assert!(banner.contains("Your password was changed. Sign in again with the new one."), "{banner}");
    let toast = page.find(".lk-toast").unwrap().text_content().unwrap();
    assert!(toast.contains("Your password was changed."), "{toast}");
}
