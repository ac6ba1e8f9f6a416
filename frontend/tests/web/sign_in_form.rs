//! The log-in form behaves the same on the sign-in page and in the re-authentication dialog.

use std::time::Duration;

use gloo_timers::future::sleep;
use latchkey_shared::{EndReason, ErrorCode};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::page::focused;
use latchkey_test_kit::tab::Tab;
use latchkey_test_kit::wire::{LOGIN, RENAME, Reply, VERIFY, embedded, embedded_end, ended, signed_in_again, verified};
use latchkey_test_kit::{Page, Server, settle};

/// The sign-in page; its fields' ids begin with nothing.
async fn on_the_page(server: &Server) -> (Page, &'static str) {
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    (open("/auth", embedded_end(EndReason::SessionMissing)).await, "")
}

/// The dialog over a page with unsaved input, whose session has ended.
async fn in_the_dialog(server: &Server) -> (Page, &'static str) {
    server.replies(VERIFY, verified(600, 1));
    let page = open("/account", embedded()).await;
    page.fill("#name", "Half a na");
    Tab::open().sends_end(EndReason::SessionExpired).await;
    (page, "reauth-")
}

/// The dialog that asks to confirm an action, in an active session.
async fn asked_to_confirm(server: &Server) -> Page {
    server.replies(VERIFY, verified(600, 1)).replies(RENAME, Reply::problem(ErrorCode::ReauthRequired));
    let page = open("/account", embedded()).await;
    page.click("Save name").await;
    page
}

fn error_in(page: &Page) -> String {
    page.find(".lk-sign-in-form [role=alert]").and_then(|error| error.text_content()).unwrap_or_default()
}

async fn submit(page: &Page, prefix: &str, password: &str) {
    if prefix.is_empty() {
        page.fill("#email", "ada@example.org");
    }
    page.fill(&format!("#{prefix}password"), password);
    page.find(".lk-sign-in-form [type=submit]").unwrap().click();
    settle().await;
}

#[wasm_bindgen_test]
async fn an_empty_field_shows_an_error_and_nothing_is_sent() {
    let server = Server::start();
    for in_dialog in [false, true] {
        let (page, prefix) = if in_dialog { in_the_dialog(&server).await } else { on_the_page(&server).await };
        submit(&page, prefix, "").await;
        let field = format!("#{prefix}password");
        assert_eq!(page.error_of(&field).as_deref(), Some("Enter your password."), "{prefix}");
        assert_eq!((focused(), server.count(LOGIN)), (format!("{prefix}password"), 0));
    }
}

#[wasm_bindgen_test]
async fn a_wrong_password_shows_an_error_and_is_selected() {
    let server = Server::start();
    server.replies(LOGIN, Reply::problem(ErrorCode::BadCredentials));
    for in_dialog in [false, true] {
        let (page, prefix) = if in_dialog { in_the_dialog(&server).await } else { on_the_page(&server).await };
        submit(&page, prefix, "wrong").await;
        assert_eq!((error_in(&page).as_str(), focused()), ("In the server's words.", format!("{prefix}password")));
    }
}

#[wasm_bindgen_test]
async fn a_rate_limit_is_counted_down_and_nothing_is_sent_before_it_is_over() {
    for in_dialog in [false, true] {
        let server = Server::start();
        server.replies(LOGIN, Reply { retry_after: Some("2"), ..Reply::problem(ErrorCode::TooManyAttempts) });
        let (page, prefix) = if in_dialog { in_the_dialog(&server).await } else { on_the_page(&server).await };
        submit(&page, prefix, "wrong").await;
        assert!(error_in(&page).contains("Try again in 0:0"), "{}", error_in(&page));
        submit(&page, prefix, "correct horse").await;
        assert_eq!((server.count(LOGIN), page.count(".lk-sign-in-form [aria-disabled=true]")), (1, 1));
        sleep(Duration::from_millis(2_100)).await;
        settle().await;
        assert!(error_in(&page).contains("You can try again now."));
        submit(&page, prefix, "correct horse").await;
        assert_eq!(server.count(LOGIN), 2);
    }
}

#[wasm_bindgen_test]
async fn a_log_in_in_flight_is_shown_and_a_second_click_sends_nothing() {
    let server = Server::start();
    server.holds(LOGIN);
    let (page, prefix) = in_the_dialog(&server).await;
    submit(&page, prefix, "correct horse").await;
    submit(&page, prefix, "correct horse").await;
    assert_eq!((server.count(LOGIN), page.count("dialog .lk-button__spinner:not([hidden])")), (1, 1));
    server.release(LOGIN, Reply::json(&signed_in_again()));
    settle().await;
    assert_eq!(page.count("dialog[open]"), 0);
}

#[wasm_bindgen_test]
async fn a_log_in_is_remembered_unless_the_checkbox_is_cleared_which_explains_itself() {
    let server = Server::start();
    server.replies(LOGIN, Reply::problem(ErrorCode::BadCredentials));
    let (page, prefix) = on_the_page(&server).await;
    let hint = page.find("#remember").unwrap().get_attribute("aria-describedby").unwrap();
    assert!(page.find(&format!("#{hint}")).unwrap().text_content().unwrap().contains("not your own"));
    assert_eq!(page.find("label[for=remember]").unwrap().text_content().as_deref(), Some("Keep me signed in"));
    for remember in ["true", "false", "true"] {
        submit(&page, prefix, "wrong").await;
        assert!(server.last_body(LOGIN).await.contains(&format!("\"remember\":{remember}")), "{remember}");
        page.find("#remember").unwrap().click();
    }
}

#[wasm_bindgen_test]
async fn an_active_session_keeps_its_choice_and_after_an_end_the_last_choice_is_offered_again() {
    let server = Server::start();
    server.replies(LOGIN, Reply::problem(ErrorCode::BadCredentials));
    let page = asked_to_confirm(&server).await;
    assert_eq!((page.count("dialog[open]"), page.count("dialog [type=checkbox]")), (1, 0));
    submit(&page, "reauth-", "wrong").await;
    assert!(!server.last_body(LOGIN).await.contains("remember"));
    drop(page);

    let (page, prefix) = on_the_page(&server).await;
    page.find("#remember").unwrap().click();
    submit(&page, prefix, "wrong").await;
    drop(page);
    let (page, prefix) = in_the_dialog(&server).await;
    submit(&page, prefix, "wrong").await;
    assert!(server.last_body(LOGIN).await.contains("\"remember\":false"));
    // As it is at first, for the tests that share this document.
    page.find("#reauth-remember").unwrap().click();
    submit(&page, prefix, "wrong").await;
    assert!(server.last_body(LOGIN).await.contains("\"remember\":true"));
}
