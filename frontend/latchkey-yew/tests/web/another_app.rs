//! An app with routes of its own: parameters, another sign-in page, another landing page, a base path, other words.

use latchkey_shared::{EndReason, ErrorCode};
use latchkey_test_kit::page::{address, back, fragment};
use latchkey_test_kit::tab::Tab;
use latchkey_test_kit::wire::{
    LOGIN, LOGOUT, ME, Reply, VERIFY, ada, embedded, embedded_end, ended, signed_in, signed_in_again, verified,
};
use latchkey_test_kit::{Server, settle};
use latchkey_yew::{Message, SessionConfig, Texts};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::{open, open_with};

#[wasm_bindgen_test]
async fn a_deep_link_with_query_and_fragment_survives_signing_in() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionMissing)).replies(LOGIN, Reply::json(&signed_in()));
    let page = open("/notes/7?edit=1#title", None).await;
    assert_eq!(address(), "/enter?next=%2Fnotes%2F7%3Fedit%3D1%23title&reason=session-missing");
    assert!(page.text().contains("Sign in to continue."), "the form says why");
    server.replies(VERIFY, verified(600, 1));
    page.sign_in().await;
    assert_eq!((address().as_str(), fragment().as_str()), ("/notes/7?edit=1", "#title"));
    assert!(page.named("h1", "Note 7").is_some());
}

#[wasm_bindgen_test]
async fn without_a_known_next_a_user_lands_on_the_home_page() {
    let _server = Server::start();
    for query in ["", "?next=//evil.example", "?next=/unknown", "?next=/notes/seven", "?next=/enter"] {
        let page = open(&format!("/enter{query}"), embedded()).await;
        assert_eq!(address(), "/notes", "{query}");
        assert!(page.named("h1", "Your notes").is_some());
    }
}

#[wasm_bindgen_test]
async fn a_page_with_a_parameter_is_empty_until_the_session_is_known() {
    let server = Server::start();
    server.holds(VERIFY).replies(ME, Reply::json(&ada(1)));
    let page = open("/notes/7", None).await;
    assert!(page.named("h1", "Note 7").is_none() && page.count("textarea") == 0);
    server.release(VERIFY, verified(600, 1));
    settle().await;
    assert!(page.named("h1", "Note 7").is_some());
}

#[wasm_bindgen_test]
async fn back_from_the_sign_in_page_works() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    let page = open("/", embedded_end(EndReason::SessionMissing)).await;
    page.click("Notes").await;
    assert_eq!(address(), "/enter?next=%2Fnotes&reason=session-missing");
    back().await;
    assert_eq!(address(), "/");
}

#[wasm_bindgen_test]
async fn below_a_base_path_addresses_have_it_and_routes_do_not() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionMissing)).replies(LOGIN, Reply::json(&signed_in()));
    let config = SessionConfig::default().with_initial_session(None);
    let page = open_with("/app/notes/7?edit=1", config, Some("/app")).await;
    assert_eq!(address(), "/app/enter?next=%2Fapp%2Fnotes%2F7%3Fedit%3D1&reason=session-missing");
    server.replies(VERIFY, verified(600, 1));
    page.sign_in().await;
    assert_eq!(address(), "/app/notes/7?edit=1");
    assert!(page.named("h1", "Note 7").is_some());
}

#[wasm_bindgen_test]
async fn signed_in_and_signed_out_show_their_children_only_to_their_users_and_not_while_unknown() {
    let server = Server::start();
    server.holds(VERIFY).replies(ME, Reply::json(&ada(1))).replies(LOGOUT, Reply::nothing());
    let page = open("/", None).await;
    let shows = || (page.count(".who"), page.named("a", "Enter").is_some());
    assert_eq!(shows(), (0, false));
    server.release(VERIFY, verified(600, 1));
    settle().await;
    assert_eq!(shows(), (1, false));
    page.click("Sign out").await;
    assert_eq!(shows(), (0, true));
}

#[wasm_bindgen_test]
async fn an_end_is_shown_with_the_texts_of_the_app() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionRevoked));
    server.replies(LOGIN, Reply::problem(ErrorCode::BadCredentials));
    let texts = Texts {
        session_revoked: Message::new("Abgemeldet", "Die Sitzung wurde beendet."),
        sign_in: "Anmelden".into(),
        password: "Passwort".into(),
        bad_credentials: Some("Falsches Passwort.".into()),
        ..Texts::default()
    };
    let config = SessionConfig::default().with_initial_session(embedded()).with_texts(texts);
    let page = open_with("/notes", config, None).await;
    page.click("Note 7").await;
    assert!(address().starts_with("/enter?next=%2Fnotes%2F7"), "{}", address());
    assert_eq!(page.text().matches("Die Sitzung wurde beendet.").count(), 2, "in the toast and above the form");
    assert!(page.named("button", "Anmelden").is_some() && page.text().contains("Passwort"));
    page.sign_in().await;
    assert!(page.text().contains("Falsches Passwort."));
}

#[wasm_bindgen_test]
async fn an_app_may_not_offer_to_stay_signed_in_and_then_the_dialog_does_not_either() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionExpired)).replies(LOGIN, Reply::json(&signed_in_again()));
    for offers in [true, false] {
        let expected = u32::from(offers);
        let config = |initial| SessionConfig::default().with_initial_session(initial).with_remember_choice(offers);
        let page = open_with("/enter", config(embedded_end(EndReason::SessionMissing)), None).await;
        assert_eq!(page.count("form input[type=checkbox]"), expected, "on the sign-in page");
        drop(page);
        let tab = Tab::open();
        let page = open_with("/notes/7", config(embedded()), None).await;
        page.fill("textarea", "typed and not saved");
        tab.sends_end(EndReason::SessionExpired).await;
        assert_eq!((page.count("dialog[open]"), page.count("dialog input[type=checkbox]")), (1, expected));
    }
}

#[wasm_bindgen_test]
async fn the_session_routes_are_below_the_apps_own_base() {
    let server = Server::start();
    server.replies("GET /my/api/verify-session", ended(EndReason::SessionMissing));
    let config = SessionConfig::default().with_initial_session(None).with_api_base("/my/api/");
    let _page = open_with("/", config, None).await;
    assert_eq!((server.count("GET /my/api/verify-session"), server.count(VERIFY)), (1, 0));
}

#[wasm_bindgen_test]
async fn a_pending_sign_out_is_kept_under_the_apps_own_prefix() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1)).unreachable(LOGOUT);
    let config = SessionConfig::default().with_initial_session(embedded()).with_prefix("notes");
    let page = open_with("/", config, None).await;
    page.click("Sign out").await;
    let storage = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    assert_eq!(storage.get_item("notes-pending-sign-out").unwrap().as_deref(), Some("s1"));
    assert_eq!(storage.length().unwrap(), 1);
}

#[wasm_bindgen_test]
async fn a_page_that_keeps_its_input_stays_below_the_dialog_until_its_user_signs_in_again() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionExpired)).replies(LOGIN, Reply::json(&signed_in_again()));
    let tab = Tab::open();
    let page = open("/notes/7", embedded()).await;
    page.fill("textarea", "typed and not saved");
    tab.sends_end(EndReason::SessionExpired).await;
    assert_eq!((page.count("dialog[open]"), page.count("main [hidden] textarea")), (1, 1));
    page.type_into("password", "correct horse");
    page.find("dialog button[type=submit]").unwrap().click();
    settle().await;
    assert_eq!((page.count("dialog[open]"), page.count("main [hidden] textarea")), (0, 0));
    assert_eq!((page.value("textarea").as_str(), address().as_str()), ("typed and not saved", "/notes/7"));
}
