//! The audit trail: which actions are in it, and which are not.

use std::time::Duration;

use jiff::Timestamp;
use latchkey_actix::store::AuditStore;
use latchkey_shared::{SignedIn, User, api};
use reqwest::Method;
use serde_json::json;

use crate::support::{
    EMAIL, PASSWORD, TestApp,
    database::only_on_sqlite,
    raw::{eventually, send_and_reset},
};

async fn trail(app: &TestApp) -> Vec<(String, String)> {
    let entries = app.store.audit(Timestamp::UNIX_EPOCH, 100).await.unwrap();
    let entries = entries.into_iter().map(|entry| (entry.action, entry.outcome));
    entries.filter(|(action, _)| action != "test").collect()
}

#[actix_web::test]
async fn an_event_has_actor_action_and_address() {
    let app = TestApp::start().await;
    let mut client = app.client();
    let signed_in: SignedIn = client.log_in().await.json();
    let entry = app.store.audit(Timestamp::UNIX_EPOCH, 100).await.unwrap().remove(1);
    assert_eq!((entry.action.as_str(), entry.outcome.as_str(), entry.actor.as_str()), ("log-in", "ok", EMAIL));
    assert_eq!((entry.session, entry.ip.as_deref()), (Some(signed_in.session.id), Some("127.0.0.1")));
}

#[actix_web::test]
async fn every_action_is_in_the_trail_with_its_outcome() {
    let app = TestApp::start().await;
    app.client().log_in_as("nobody@example.org", "x").await;
    let mut client = app.signed_in().await;
    client.call(Method::PATCH, api::ME, json!({"name": "Ada L."})).await;
    client.call(Method::POST, api::PASSWORD, json!({"current_password": "x", "new_password": "a better horse"})).await;
    client
        .call(Method::POST, api::PASSWORD, json!({"current_password": PASSWORD, "new_password": "a better horse"}))
        .await;
    client.delete(api::SESSIONS).await;
    client.log_out().await;
    client.log_out().await;
    let expected = [
        ("log-in", "bad-credentials"),
        ("log-in", "ok"),
        ("rename", "ok"),
        ("change-password", "bad-credentials"),
        ("change-password", "ok"),
        ("end-other-sessions", "ok"),
        ("log-out", "ok"),
    ];
    assert_eq!(trail(&app).await, expected.map(|(action, outcome)| (action.to_owned(), outcome.to_owned())));
}

#[actix_web::test]
async fn an_action_that_was_not_done_is_not_in_the_trail() {
    let app = TestApp::start().await;
    app.client().log_out().await;
    app.client().verify().await;
    app.store.switch_off();
    app.client().log_in().await;
    app.store.switch_on();
    assert_eq!(trail(&app).await, []);
}

#[actix_web::test]
async fn a_log_in_waits_for_the_disk_once() {
    if only_on_sqlite("commits are counted in its log") {
        return;
    }
    let app = TestApp::start().await;
    app.signed_in().await;
    for (what, expected) in [("right", 1), ("wrong", 1), ("right again, with a failure to forget", 1)] {
        let before = app.commits();
        let password = if what == "wrong" { "wrong" } else { PASSWORD };
        app.client().log_in_as(EMAIL, password).await;
        assert_eq!(app.commits() - before, expected, "{what}");
    }
    let mut client = app.signed_in().await;
    let before = app.commits();
    assert_eq!(client.call(Method::PATCH, api::ME, json!({"name": "Ada L."})).await.status, 200);
    assert_eq!(app.commits() - before, 1);
    assert_eq!(client.log_out().await.status, 204);
    assert_eq!(app.commits() - before, 2);
}

#[actix_web::test]
async fn a_client_that_disconnects_leaves_no_action_without_its_row() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let cookie = client.cookie.clone().unwrap();
    for number in 0..100 {
        let body = json!({"name": format!("Ada {number}")}).to_string();
        send_and_reset(&app, "PATCH /api/me", &cookie, &body, Duration::from_micros(number * 100)).await;
    }
    // Some may still be under way. Each is there with its row, or not at all.
    eventually(async || {
        let me: User = client.get(api::ME).await.json();
        let renamed = trail(&app).await.iter().filter(|(action, _)| action == "rename").count() as u64;
        me.version > 1 && renamed == me.version - 1
    })
    .await;
}
