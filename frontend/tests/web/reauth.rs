//! Signing in again in the dialog: the end of the session loses no input.

use latchkey_shared::{EndReason, InitialSession, UserId};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;

use crate::app::open;
use latchkey_test_kit::page::{address, focused};
use latchkey_test_kit::tab::Tab;
use latchkey_test_kit::wire::{LOGIN, Reply, VERIFY, embedded, ended, session, signed_in, verified};
use latchkey_test_kit::{Page, Server, settle};

/// The account page with unsaved input.
async fn working(server: &Server) -> Page {
    server.replies(VERIFY, verified(600, 1));
    let page = open("/account", embedded()).await;
    let root = page.find(".lk-guard").unwrap();
    root.insert_adjacent_html("beforeend", "<input class='work' value=''>").unwrap();
    let work: HtmlInputElement = wasm_bindgen::JsCast::unchecked_into(page.find(".work").unwrap());
    work.set_value("half a sentence");
    work.focus().unwrap();
    page.event(".work", "input").await;
    page
}

async fn over(page: &Page, tab: &Tab) {
    tab.sends_end(EndReason::SessionExpired).await;
    assert_eq!(page.count("dialog[open][role=alertdialog]"), 1);
}

fn typed(page: &Page) -> Option<String> {
    let work: HtmlInputElement = wasm_bindgen::JsCast::unchecked_into(page.find(".work")?);
    Some(work.value())
}

async fn password(page: &Page) {
    let field: HtmlInputElement = wasm_bindgen::JsCast::unchecked_into(page.find("#reauth-password").unwrap());
    field.set_value("correct horse");
    page.find(".lk-reauth [type=submit]").unwrap().click();
    settle().await;
}

#[wasm_bindgen_test]
async fn the_end_opens_a_dialog_and_hides_the_page_but_keeps_it_mounted() {
    let server = Server::start();
    let (page, tab) = (working(&server).await, Tab::open());
    over(&page, &tab).await;
    assert_eq!((address().as_str(), typed(&page).as_deref()), ("/account", Some("half a sentence")));
    assert_eq!(page.count(".lk-guard[hidden][inert] .work"), 1);
    let email: HtmlInputElement = wasm_bindgen::JsCast::unchecked_into(page.find("#reauth-email").unwrap());
    assert_eq!((email.value().as_str(), email.read_only()), ("ada@example.org", true));
    assert_eq!(focused(), "reauth-password");
}

#[wasm_bindgen_test]
async fn signing_in_again_closes_the_dialog_and_keeps_the_input() {
    let server = Server::start();
    let (page, tab) = (working(&server).await, Tab::open());
    over(&page, &tab).await;
    let mut again = signed_in();
    again.session.id.0 = "s2".into();
    server.replies(LOGIN, Reply::json(&again));
    password(&page).await;
    assert_eq!((page.count("dialog[open]"), page.count(".lk-guard[hidden]")), (0, 0));
    assert_eq!((address().as_str(), typed(&page).as_deref()), ("/account", Some("half a sentence")));
    let focused = web_sys::window().unwrap().document().unwrap().active_element().unwrap();
    assert_eq!(focused.class_name(), "work");
}

/// Lets dialogs open only after a rendering, in which the hidden page loses the focus, as it happens in WebKit.
const OPEN_LATE: &str = "
    const { showModal } = HTMLDialogElement.prototype;
    HTMLDialogElement.prototype.showModal = function () {
        document.activeElement.blur();
        HTMLDialogElement.prototype.showModal = showModal;
        this.showModal();
    };";

#[wasm_bindgen_test]
async fn the_focus_returns_even_if_the_hidden_page_lost_it_before_the_dialog_opened() {
    let server = Server::start();
    let (page, tab) = (working(&server).await, Tab::open());
    js_sys::Function::new_no_args(OPEN_LATE).call0(&wasm_bindgen::JsValue::NULL).unwrap();
    over(&page, &tab).await;
    assert_eq!(focused(), "reauth-password");
    let mut again = signed_in();
    again.session.id.0 = "s2".into();
    server.replies(LOGIN, Reply::json(&again));
    password(&page).await;
    let focused = web_sys::window().unwrap().document().unwrap().active_element().unwrap();
    assert_eq!(focused.class_name(), "work");
}

#[wasm_bindgen_test]
async fn another_user_sees_nothing_of_the_input() {
    let server = Server::start();
    let (page, tab) = (working(&server).await, Tab::open());
    over(&page, &tab).await;
    let mut other = signed_in();
    (other.user.id, other.user.name, other.session.id.0) = (UserId("u2".into()), "Grace Hopper".into(), "s2".into());
    tab.sends_active(other).await;
    assert_eq!((page.count("dialog[open]"), typed(&page)), (0, None));
    assert_eq!(address(), "/dashboard");
    assert!(page.text().contains("Grace Hopper"));
}

#[wasm_bindgen_test]
async fn leaving_the_dialog_goes_to_the_sign_in_page() {
    for by_key in [false, true] {
        let server = Server::start();
        let (page, tab) = (working(&server).await, Tab::open());
        over(&page, &tab).await;
        if by_key {
            page.event("dialog", "cancel").await;
        } else {
            page.click("Leave").await;
        }
        assert_eq!((page.count("dialog[open]"), typed(&page)), (0, None));
        assert_eq!(address(), "/auth?next=%2Faccount&reason=session-expired");
    }
}

#[wasm_bindgen_test]
async fn a_sign_out_in_another_tab_opens_no_dialog() {
    let server = Server::start();
    let (page, tab) = (working(&server).await, Tab::open());
    tab.sends_end(EndReason::SignedOut).await;
    assert_eq!((page.count("dialog[open]"), address().as_str()), (0, "/auth?next=%2Faccount&reason=signed-out"));
}

#[wasm_bindgen_test]
async fn before_the_end_a_warning_offers_to_sign_in_again() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionExpired));
    let mut initial = signed_in();
    initial.session = session(60);
    let page = open("/dashboard", Some(InitialSession::Active(initial))).await;
    assert!(page.find(".lk-end-warning [aria-live=polite]").unwrap().text_content().unwrap().contains("a minute"));
    page.click("Sign in again").await;
    assert_eq!((page.count("dialog[open]"), page.count(".lk-guard[hidden]")), (1, 0));
    let mut again = signed_in();
    again.session.id.0 = "s2".into();
    server.replies(LOGIN, Reply::json(&again));
    password(&page).await;
    assert_eq!((page.count("dialog[open]"), page.count(".lk-end-warning__line")), (0, 0));
    assert_eq!(address(), "/dashboard");
}
