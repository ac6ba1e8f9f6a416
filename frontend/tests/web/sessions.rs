//! The sessions page: the list, and ending sessions.

use latchkey_shared::{EndReason, EndedSessions, ErrorCode};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::page::address;
use latchkey_test_kit::wire::{
    END_OTHERS, LOGIN, LOGOUT, Reply, SESSIONS, VERIFY, device, embedded, ended, signed_in_again, verified,
};
use latchkey_test_kit::{Page, Server, settle};

const END_CURL: &str = "DELETE /api/sessions/s7";

/// On the page, with this device, a telephone and curl.
async fn sessions_page(server: &Server) -> Page {
    let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile/15E148 Safari/604.1";
    let devices = [device("s5", phone), device("s1", "Firefox/143.0 (X11; Linux)"), device("s7", "curl/8.14.1")];
    server.replies(SESSIONS, Reply::json(&devices)).replies(VERIFY, verified(600, 1));
    open("/sessions", embedded()).await
}

fn names(page: &Page) -> Vec<String> {
    let places = 1..=page.count(".device");
    places.map(|place| page.find(&format!(".device:nth-child({place}) h2")).unwrap().text_content().unwrap()).collect()
}

async fn end(page: &Page, name: &str) {
    page.find(&format!("button[aria-label='End session: {name}']")).unwrap().click();
    settle().await;
}

fn toast(page: &Page) -> String {
    page.find(".lk-toast").map(|toast| toast.text_content().unwrap()).unwrap_or_default()
}

#[wasm_bindgen_test]
async fn each_device_is_named_and_the_current_one_comes_first() {
    let server = Server::start();
    let page = sessions_page(&server).await;
    assert_eq!(names(&page), ["Firefox on LinuxThis device", "Safari on iPhone", "curl"]);
    assert!(page.text().contains("from 203.0.113.9"));
    assert_eq!((server.count(SESSIONS), server.requests()[0].session.as_deref()), (1, Some("s1")));
}

#[wasm_bindgen_test]
async fn an_ended_session_is_removed_and_reported() {
    let server = Server::start();
    server.replies(END_CURL, Reply::nothing());
    let page = sessions_page(&server).await;
    end(&page, "curl").await;
    assert_eq!(names(&page), ["Firefox on LinuxThis device", "Safari on iPhone"]);
    assert!(toast(&page).contains("Ended the session on curl."));
    assert_eq!(server.requests().last().unwrap().session.as_deref(), Some("s1"));
}

#[wasm_bindgen_test]
async fn all_other_sessions_are_removed_and_their_number_reported() {
    let server = Server::start();
    server.replies(END_OTHERS, Reply::json(&EndedSessions { ended: 2 }));
    let page = sessions_page(&server).await;
    page.click("End all other sessions").await;
    assert_eq!(names(&page).len(), 1);
    assert!(toast(&page).contains("Ended 2 other sessions."));
    assert!(page.text().contains("You have no other sessions."));
}

#[wasm_bindgen_test]
async fn ending_the_current_session_is_a_sign_out() {
    let server = Server::start();
    server.replies(LOGOUT, Reply::nothing());
    let page = sessions_page(&server).await;
    end(&page, "this device").await;
    assert_eq!((address().as_str(), server.count(LOGOUT)), ("/auth?reason=signed-out", 1));
}

#[wasm_bindgen_test]
async fn a_failure_is_shown_and_the_list_is_kept() {
    let server = Server::start();
    server.replies(END_CURL, Reply::problem(ErrorCode::Unavailable));
    let page = sessions_page(&server).await;
    end(&page, "curl").await;
    assert_eq!((names(&page).len(), page.count(".lk-toast")), (3, 0));
    assert!(page.find("[role=alert]").unwrap().text_content().unwrap().contains("The server cannot be reached"));
}

#[wasm_bindgen_test]
async fn a_list_that_fails_to_load_can_be_requested_again() {
    let server = Server::start();
    server.unreachable(SESSIONS);
    let page = open("/sessions", embedded()).await;
    assert!(page.text().contains("The server cannot be reached"));
    server.replies(SESSIONS, Reply::json(&[device("s1", "curl/8")]));
    page.click("Try again").await;
    assert_eq!((names(&page).len(), page.count("[role=alert]")), (1, 0));
}

#[wasm_bindgen_test]
async fn if_re_authentication_is_required_the_dialog_opens_and_the_request_is_sent_once_more() {
    let server = Server::start();
    server.replies(END_CURL, Reply::problem(ErrorCode::ReauthRequired));
    let page = sessions_page(&server).await;
    end(&page, "curl").await;
    assert!(page.find("dialog[open]").unwrap().text_content().unwrap().contains("Is it still you?"));
    server.replies(LOGIN, Reply::json(&signed_in_again())).replies(END_CURL, Reply::nothing());
    page.fill("#reauth-password", "correct horse");
    page.find("dialog [type=submit]").unwrap().click();
    settle().await;
    let calls = server.requests();
    let ends: Vec<_> =
        calls.iter().filter(|request| request.call == END_CURL).map(|asked| asked.session.as_deref()).collect();
    assert_eq!(ends, [Some("s1"), Some("s2")]);
    assert_eq!((address().as_str(), page.count("dialog[open]")), ("/sessions", 0));
    assert!(toast(&page).contains("Ended the session on curl."));
}

#[wasm_bindgen_test]
async fn if_the_dialog_is_closed_no_session_is_ended() {
    let server = Server::start();
    server.replies(END_CURL, Reply::problem(ErrorCode::ReauthRequired));
    let page = sessions_page(&server).await;
    end(&page, "curl").await;
    page.click("Cancel").await;
    assert_eq!((server.count(END_CURL), server.count(LOGIN), names(&page).len()), (1, 0, 3));
    assert!(page.text().contains("Nothing was done"));
}

#[wasm_bindgen_test]
async fn a_request_that_finds_the_session_ended_ends_it_and_shows_it_once() {
    let server = Server::start();
    server.replies(END_CURL, ended(EndReason::SessionRevoked));
    let page = sessions_page(&server).await;
    server.replies(VERIFY, ended(EndReason::SessionRevoked));
    end(&page, "curl").await;
    assert_eq!(address(), "/auth?next=%2Fsessions&reason=session-revoked");
    assert_eq!((page.count(".lk-toast"), page.text().contains("Ada")), (1, false));
}

#[wasm_bindgen_test]
async fn a_request_of_an_older_session_starts_a_check_of_the_cookies_session() {
    let server = Server::start();
    server.replies(END_CURL, Reply::problem(ErrorCode::SessionChanged));
    let page = sessions_page(&server).await;
    end(&page, "curl").await;
    assert_eq!(server.count(VERIFY), 1);
    assert_eq!((address().as_str(), names(&page).len()), ("/sessions", 3));
}
