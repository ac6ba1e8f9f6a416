//! Several tabs of one browser: what one finds out, all adopt at once and without a request.

use latchkey_shared::{EndReason, SessionId, UserId};
use latchkey_yew::internals::PendingSignOut;
use latchkey_yew::internals::TabMessage;
use latchkey_yew::internals::{LockMode, lock};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::page::address;
use latchkey_test_kit::tab::Tab;
use latchkey_test_kit::wire::{
    LOGIN, LOGOUT, ME, RENAME, Reply, VERIFY, ada, embedded, embedded_end, ended, session, signed_in, verified,
};
use latchkey_test_kit::{Server, settle};

#[wasm_bindgen_test]
async fn a_sign_in_in_another_tab_is_adopted_without_a_request() {
    let server = Server::start();
    let (page, tab) = (open("/auth?next=%2Faccount", embedded_end(EndReason::SessionMissing)).await, Tab::open());
    tab.sends_active(signed_in()).await;
    assert_eq!(address(), "/account");
    assert!(page.text().contains("Ada Lovelace"));
    assert_eq!((server.requests().len(), tab.received().len()), (0, 0));
}

#[wasm_bindgen_test]
async fn an_end_in_another_tab_is_adopted_without_a_request() {
    let server = Server::start();
    let (page, tab) = (open("/dashboard", embedded()).await, Tab::open());
    tab.sends_end(EndReason::SignedOut).await;
    assert_eq!(address(), "/auth?next=%2Fdashboard&reason=signed-out");
    assert!(!page.text().contains("Ada Lovelace"));
    assert_eq!((server.requests().len(), tab.received().len(), page.count(".lk-toast")), (0, 0, 1));
}

#[wasm_bindgen_test]
async fn a_change_of_the_user_in_another_tab_is_shown_without_a_request() {
    let server = Server::start();
    let (page, tab) = (open("/dashboard", embedded()).await, Tab::open());
    let mut renamed = signed_in();
    (renamed.user.name, renamed.user.version) = ("Ada King".into(), 2);
    tab.sends_active(renamed).await;
    assert!(page.text().contains("Ada King"));
    assert_eq!((server.requests().len(), address().as_str()), (0, "/dashboard"));
}

#[wasm_bindgen_test]
async fn signing_in_and_out_notifies_the_other_tabs_with_all_that_they_need() {
    let server = Server::start();
    server
        .replies(LOGIN, Reply::json(&signed_in()))
        .replies(LOGOUT, Reply::nothing())
        .replies(VERIFY, verified(600, 1));
    let (page, tab) = (open("/auth", embedded_end(EndReason::SessionMissing)).await, Tab::open());
    page.sign_in().await;
    page.click("Sign out").await;
    let (left, done) = (session(600).id, session(600).id);
    let asked = TabMessage::SignOutPending(PendingSignOut { session: left, maybe_replaced: false });
    assert_eq!(tab.received(), [TabMessage::Active(signed_in()), asked, TabMessage::SignOutDone(done)]);
}

#[wasm_bindgen_test]
async fn only_changes_are_sent_to_other_tabs() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1));
    let (page, tab) = (open("/dashboard", embedded()).await, Tab::open());
    page.click("Account").await;
    page.click("Home").await;
    assert_eq!(tab.received(), []);

    server.replies(VERIFY, verified(600, 2)).replies(ME, Reply::json(&ada(2)));
    page.click("Account").await;
    assert!(matches!(&tab.received()[..], [TabMessage::Active(told)] if told.user.version == 2));

    server.replies(VERIFY, ended(EndReason::SessionExpired));
    page.click("Home").await;
    assert!(matches!(&tab.received()[1..], [TabMessage::Ended(end)] if end.cause == EndReason::SessionExpired));
}

#[wasm_bindgen_test]
async fn a_request_of_one_user_is_not_sent_in_the_session_of_another() {
    let server = Server::start();
    server.replies(RENAME, Reply::json(&ada(2))).replies(VERIFY, verified(600, 1));
    let (page, tab) = (open("/account", embedded()).await, Tab::open());
    let held = lock(LockMode::Exclusive).await;
    page.fill("#name", "Ada the First");
    page.click("Save name").await;
    let mut other = signed_in();
    (other.user.id, other.user.name, other.session.id) =
        (UserId("u2".into()), "Grace Hopper".into(), SessionId("s2".into()));
    tab.sends_active(other).await;
    drop(held);
    settle().await;
    assert_eq!(server.count(RENAME), 0);
    assert!(page.text().contains("Grace Hopper") && !page.text().contains("Ada"), "{}", page.text());
}
