//! What users are told of a request that failed.

use latchkey_shared::{EndReason, ErrorCode};
use latchkey_test_kit::Server;
use latchkey_test_kit::wire::{Reply, VERIFY, embedded, embedded_end, ended, verified};
use latchkey_yew::{ApiError, Message, Texts};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::client::{begin, client, client_with, toasts};

const NOTE: &str = "/api/notes/7";
const GET: &str = "GET /api/notes/7";

fn german() -> Texts {
    Texts {
        session_revoked: Message::new("Abgemeldet", "Die Sitzung wurde beendet."),
        account_disabled: Message::new("Gesperrt", "Das Konto ist gesperrt."),
        bad_credentials: Some("Falsches Passwort.".into()),
        unreachable: "Der Server ist nicht zu erreichen.".into(),
        session_changed: "Hier ist jetzt jemand anderes.".into(),
        not_confirmed: "Nicht bestätigt.".into(),
        not_signed_in: "Nicht angemeldet.".into(),
        invalid_request: "Nicht zu senden.".into(),
        too_many_attempts: "Zu viele Versuche".into(),
        ..Texts::default()
    }
}

#[wasm_bindgen_test]
async fn an_apps_texts_are_those_of_its_failed_requests() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1)).unreachable(GET);
    let (_page, api) = client_with("/notes/7", embedded(), german()).await;
    let failed = async |path: &str| api.get(path).send_empty().await.unwrap_err();
    assert_eq!(failed(NOTE).await.to_string(), "Der Server ist nicht zu erreichen.");
    server.replies(GET, Reply::new(502, "text/html", "<h1>Bad Gateway</h1>"));
    assert_eq!(failed(NOTE).await.to_string(), "Der Server ist nicht zu erreichen.");
    assert_eq!(failed("https://elsewhere.example").await.to_string(), "Nicht zu senden.");
    for (code, message) in [
        (ErrorCode::BadCredentials, "Falsches Passwort."),
        (ErrorCode::TooManyAttempts, "Zu viele Versuche"),
        (ErrorCode::AccountDisabled, "Das Konto ist gesperrt."),
        (ErrorCode::SessionChanged, "Hier ist jetzt jemand anderes."),
    ] {
        server.replies(GET, Reply::problem(code));
        let error = api.get(NOTE).without_session().send_empty().await.unwrap_err();
        assert_eq!((error.to_string().as_str(), error.message().as_str()), (message, message), "{code:?}");
    }
    for (error, message) in [
        (ApiError::SessionEnded(EndReason::SessionRevoked.into()), "Die Sitzung wurde beendet."),
        (ApiError::SessionChanged, "Hier ist jetzt jemand anderes."),
        (ApiError::NotConfirmed, "Nicht bestätigt."),
        (ApiError::Timeout, "Der Server ist nicht zu erreichen."),
    ] {
        assert_eq!(error.to_string(), message);
    }
}

#[wasm_bindgen_test]
async fn a_request_without_a_user_fails_in_the_texts_of_the_app() {
    let server = Server::start();
    server.replies(VERIFY, ended(EndReason::SessionMissing));
    let (_page, api) = client_with("/", embedded_end(EndReason::SessionMissing), german()).await;
    assert_eq!(api.get(NOTE).send_empty().await.unwrap_err().to_string(), "Nicht angemeldet.");
}

#[wasm_bindgen_test]
async fn an_end_that_an_app_shows_as_well_is_shown_once() {
    for texts in [Texts::default(), german()] {
        let server = Server::start();
        server.replies(VERIFY, ended(EndReason::SessionRevoked)).replies(GET, ended(EndReason::SessionRevoked));
        let (page, api) = client_with("/notes", embedded(), texts.clone()).await;
        let toasts = toasts();
        let answer = begin(async move {
            let error = api.get(NOTE).send_empty().await.unwrap_err();
            toasts.error(error.to_string());
            error
        })
        .await;
        assert_eq!(answer.outcome(), Some(ApiError::SessionEnded(EndReason::SessionRevoked.into())));
        let toaster = page.find(".lk-toaster").unwrap().text_content().unwrap();
        assert_eq!(toaster.matches(texts.session_revoked.detail.as_str()).count(), 1, "{toaster}");
    }
}

#[wasm_bindgen_test]
async fn the_next_app_has_its_own_texts() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1)).unreachable(GET);
    let (_page, api) = client("/notes/7", embedded()).await;
    assert_eq!(api.get(NOTE).send_empty().await.unwrap_err().message(), Texts::ENGLISH.unreachable);
}
