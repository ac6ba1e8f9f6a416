//! The guard never shows a page to a user who may not see it, not even for a moment.

use latchkey_shared::EndReason;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::page::{address, back, fragment};
use latchkey_test_kit::wire::{LOGIN, ME, Reply, VERIFY, ada, embedded, embedded_end, ended, signed_in, verified};
use latchkey_test_kit::{Server, settle};

#[wasm_bindgen_test]
async fn a_protected_page_is_a_skeleton_until_the_session_is_known() {
    let server = Server::start();
    server.holds(VERIFY).replies(ME, Reply::json(&ada(1)));
    let page = open("/account", None).await;
    assert_eq!(page.count("main .lk-page-skeleton[aria-busy=true]"), 1);
    assert!(page.named("h1", "Account").is_none());
    server.release(VERIFY, verified(600, 1));
    settle().await;
    assert!(page.text().contains("Ada Lovelace"));
    assert_eq!((server.count(VERIFY), server.count(ME)), (1, 1));
}

#[wasm_bindgen_test]
async fn without_a_session_the_guard_redirects_to_the_sign_in_page_without_a_toast() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    let page = open("/account?tab=profile", None).await;
    assert_eq!(address(), "/auth?next=%2Faccount%3Ftab%3Dprofile&reason=session-missing");
    assert_eq!(page.count(".lk-toast"), 0);
}

#[wasm_bindgen_test]
async fn the_guard_does_not_break_the_back_button() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    let page = open("/", embedded_end(EndReason::SessionMissing)).await;
    page.click("Dashboard").await;
    assert_eq!(address(), "/auth?next=%2Fdashboard&reason=session-missing");
    back().await;
    assert_eq!(address(), "/");
}

#[wasm_bindgen_test]
async fn signed_in_users_are_redirected_from_the_sign_in_page_but_not_off_the_site() {
    let _server = Server::start();
    for (query, expected) in
        [("?next=/account", "/account"), ("?next=//evil.example", "/dashboard"), ("", "/dashboard")]
    {
        let _page = open(&format!("/auth{query}"), embedded()).await;
        assert_eq!(address(), expected);
    }
}

#[wasm_bindgen_test]
async fn query_and_fragment_survive_signing_in_after_a_redirect_by_app_or_server() {
    let server = Server::start();
    server.replies(LOGIN, Reply::json(&signed_in())).replies(VERIFY, ended(EndReason::SessionMissing));
    // The app itself, on a page that the server could not tell anything about.
    let page = open("/account?tab=profile#password", None).await;
    assert_eq!(address(), "/auth?next=%2Faccount%3Ftab%3Dprofile%23password&reason=session-missing");
    server.replies(VERIFY, verified(600, 1));
    page.sign_in().await;
    assert_eq!((address().as_str(), fragment().as_str()), ("/account?tab=profile", "#password"));
    drop(page);
    // The server, which does not see a fragment; the browser keeps it over the redirect.
    let page = open("/auth?next=%2Faccount%3Ftab%3Dprofile#password", embedded_end(EndReason::SessionMissing)).await;
    page.sign_in().await;
    assert_eq!((address().as_str(), fragment().as_str()), ("/account?tab=profile", "#password"));
}

#[wasm_bindgen_test]
async fn a_fragment_survives_the_redirect_of_a_signed_in_user_but_not_off_the_site() {
    let _server = Server::start();
    for (query, expected) in
        [("?next=/account#password", ("/account", "#password")), ("?next=//evil.example#x", ("/dashboard", ""))]
    {
        let _page = open(&format!("/auth{query}"), embedded()).await;
        assert_eq!((address().as_str(), fragment().as_str()), expected);
    }
}
