//! An active session: known at once, checked on every route change, and fetched only when the user changed.

use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::app::{open, start};
use latchkey_test_kit::wire::{ME, Reply, VERIFY, ada, embedded, verified};
use latchkey_test_kit::{Page, Server, settle};

#[wasm_bindgen_test]
async fn a_page_with_an_embedded_session_shows_the_user_at_once_without_a_request() {
    let server = Server::start();
    let page = start("/dashboard", embedded());
    yew::scheduler::flush().await;
    assert!(page.text().contains("Ada Lovelace"));
    assert_eq!(page.count(".lk-page-skeleton"), 0);
    settle().await;
    assert!(server.requests().is_empty());
}

#[wasm_bindgen_test]
async fn each_of_five_route_changes_is_checked_once_and_fetches_nothing() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1));
    let page = open("/dashboard", embedded()).await;
    for (index, name) in ["Account", "Home", "Dashboard", "Dashboard", "Account"].iter().enumerate() {
        page.click(name).await;
        assert_eq!((server.count(VERIFY), server.count(ME)), (index + 1, 0));
    }
}

#[wasm_bindgen_test]
async fn the_new_page_does_not_wait_for_the_check() {
    let server = Server::start();
    server.holds(VERIFY);
    let page = open("/dashboard", embedded()).await;
    page.click("Account").await;
    assert!(page.named("h1", "Account").is_some());
    page.click("Dashboard").await;
    assert_eq!(server.count(VERIFY), 1);
    server.release(VERIFY, verified(600, 1));
    settle().await;
    assert!(page.text().contains("Ada Lovelace"));
}

#[wasm_bindgen_test]
async fn the_new_page_is_drawn_before_its_check_is_sent_and_its_heading_takes_the_focus() {
    let server = Server::start();
    let page = account_not_drawn_yet(&server).await;
    let heading = page.named("h1", "Account").unwrap();
    assert_eq!((server.count(VERIFY), has_focus(&heading)), (0, false));
    settle().await;
    assert_eq!((server.count(VERIFY), has_focus(&heading)), (1, true));
}

#[wasm_bindgen_test]
async fn the_heading_of_a_new_page_leaves_the_focus_to_a_field_that_the_user_is_in() {
    let server = Server::start();
    let page = account_not_drawn_yet(&server).await;
    let field = page.find("input").unwrap();
    field.focus().unwrap();
    settle().await;
    assert!(has_focus(&field));
}

/// The account page, rendered after a click on its link, before the browser has drawn it.
async fn account_not_drawn_yet(server: &Server) -> Page {
    server.replies(VERIFY, verified(600, 1));
    let page = open("/dashboard", embedded()).await;
    page.named("a", "Account").unwrap().click();
    yew::scheduler::flush().await;
    page
}

fn has_focus(element: &HtmlElement) -> bool {
    element.matches(":focus").unwrap()
}

#[wasm_bindgen_test]
async fn a_check_with_nothing_new_leaves_the_page_untouched() {
    let server = Server::start();
    server.holds(VERIFY);
    let page = open("/dashboard", embedded()).await;
    page.click("Account").await;
    let heading = page.find("h1").unwrap();
    heading.set_attribute("data-mark", "same element").unwrap();
    server.release(VERIFY, verified(590, 1));
    settle().await;
    assert!(page.find("h1[data-mark]").is_some());
}

#[wasm_bindgen_test]
async fn a_changed_user_is_fetched_once_and_shown() {
    let server = Server::start();
    let mut renamed = ada(2);
    renamed.name = "Ada King".into();
    server.replies(VERIFY, verified(600, 2)).replies(ME, Reply::json(&renamed));
    let page = open("/account", embedded()).await;
    page.click("Dashboard").await;
    assert!(page.text().contains("Ada King"));
    page.click("Account").await;
    assert_eq!((server.count(VERIFY), server.count(ME)), (2, 1));
}
