//! When another user signs in, nothing of the previous one stays in the document.

use latchkey_shared::{InitialSession, SignedIn, UserId};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::tab::Tab;
use latchkey_test_kit::wire::{RENAME, Reply, SESSIONS, VERIFY, ada, device, embedded, signed_in, verified};
use latchkey_test_kit::{Server, settle};

fn grace() -> SignedIn {
    let mut grace = signed_in();
    (grace.user.id, grace.user.name) = (UserId("u2".into()), "Grace Hopper".into());
    (grace.user.email, grace.session.id.0) = ("grace@example.org".into(), "s9".into());
    grace
}

/// Everything in the document, what fields hold included.
fn document_with_values() -> String {
    let script = "
        const fields = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
        return document.documentElement.outerHTML + fields.join('\\n');";
    let read = js_sys::Function::new_no_args(script);
    read.call0(&wasm_bindgen::JsValue::NULL).unwrap().as_string().unwrap()
}

fn assert_nothing_of_ada() {
    let document = document_with_values();
    for trace in ["Ada", "ada@example.org", "Half a na", "iPhone", "203.0.113.9", "a secret"] {
        assert!(!document.contains(trace), "{trace:?} is still there: {document}");
    }
}

#[wasm_bindgen_test]
async fn the_forms_of_the_account_page_are_mounted_anew_for_the_new_user() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1)).replies(RENAME, Reply::problem(latchkey_shared::ErrorCode::Unacceptable));
    let page = open("/account", embedded()).await;
    page.fill("#name", "Half a na");
    page.click("Save name").await;
    page.fill("#current-password", "a secret");
    Tab::open().sends_active(grace()).await;
    assert_nothing_of_ada();
    assert!(page.text().contains("Grace Hopper"));
    page.click("Account").await;
    assert_eq!((page.value("#name").as_str(), page.value("#current-password").as_str()), ("Grace Hopper", ""));
    assert_eq!(page.error_of("#name"), None);
}

#[wasm_bindgen_test]
async fn the_list_of_devices_is_emptied() {
    let server = Server::start();
    let phone = device("s2", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/605.1");
    server.replies(SESSIONS, Reply::json(&[device("s1", "curl/8"), phone]));
    let page = open("/sessions", embedded()).await;
    assert!(page.text().contains("iPhone"));
    server.holds(SESSIONS);
    Tab::open().sends_active(grace()).await;
    assert_nothing_of_ada();
    // A call that waits holds the cookie's lock, and with it the tests to come.
    server.release(SESSIONS, Reply::json(&[device("s9", "curl/8")]));
    settle().await;
}

#[wasm_bindgen_test]
async fn toasts_of_the_previous_user_are_removed_and_late_ones_not_shown() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1));
    let mut renamed = ada(2);
    renamed.name = "Ada King".into();
    server.replies(RENAME, Reply::json(&renamed));
    let page = open("/account", embedded()).await;
    page.fill("#name", "Ada King");
    page.click("Save name").await;
    assert_eq!(page.count(".lk-toast"), 1);
    server.holds(RENAME);
    page.click("Save name").await;
    Tab::open().sends_active(grace()).await;
    assert_eq!(page.count(".lk-toast"), 0);
    renamed.version = 3;
    server.release(RENAME, Reply::json(&renamed));
    settle().await;
    assert_eq!(page.count(".lk-toast"), 0);
    assert_nothing_of_ada();
}

#[wasm_bindgen_test]
async fn the_embedded_session_of_the_previous_user_is_removed() {
    let _server = Server::start();
    let document = web_sys::window().unwrap().document().unwrap();
    let script = document.create_element("script").unwrap();
    script.set_id(latchkey_shared::api::INITIAL_SESSION_ELEMENT);
    script.set_attribute("type", "application/json").unwrap();
    script.set_text_content(serde_json::to_string(&InitialSession::Active(signed_in())).ok().as_deref());
    document.body().unwrap().append_child(&script).unwrap();
    let _page = open("/dashboard", embedded()).await;
    Tab::open().sends_active(grace()).await;
    let left = script.is_connected();
    script.remove();
    assert!(!left);
}
