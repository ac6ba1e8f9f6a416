//! `remember: false`: a session on a computer that is not the user's own.

use std::time::Duration;

use latchkey_shared::{ErrorCode, SignedIn, api};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, EMAIL, PASSWORD, TestApp};

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn log_in(client: &mut Client<'_>, remember: Value) -> Answer {
    let body = json!({"email": EMAIL, "password": PASSWORD, "remember": remember});
    client.call(Method::POST, api::LOGIN, body).await
}

async fn refresh(client: &mut Client<'_>) -> Answer {
    client.send(client.request(Method::POST, api::REFRESH_SESSION)).await
}

/// Whether the answer sets a cookie, and whether the browser keeps it when closed.
#[track_caller]
fn keeps_cookie(answer: &Answer) -> bool {
    answer.set_cookie().unwrap().contains("Max-Age=")
}

#[track_caller]
fn hours_left(answer: &Answer) -> u64 {
    answer.json::<SignedIn>().session.expires_in_s / 3600
}

#[actix_web::test]
async fn an_unremembered_session_ends_with_the_browser_or_after_twelve_hours() {
    let app = TestApp::start().await;
    let mut client = app.client();
    let answer = log_in(&mut client, json!(false)).await;
    assert_eq!((keeps_cookie(&answer), hours_left(&answer)), (false, 12));
    app.advance(12 * HOUR - Duration::from_secs(1));
    assert_eq!(client.verify().await.status, 200);
    app.advance(Duration::from_secs(1));
    let answer = client.verify().await;
    answer.assert_problem(ErrorCode::SessionExpired);
    answer.assert_removes_cookie();
}

#[actix_web::test]
async fn sessions_are_remembered_by_default() {
    let app = TestApp::start().await;
    for remember in [json!(true), json!(null)] {
        let answer = log_in(&mut app.client(), remember).await;
        assert_eq!((keeps_cookie(&answer), hours_left(&answer)), (true, 7 * 24));
    }
    assert!(keeps_cookie(&app.client().log_in().await));
    log_in(&mut app.client(), json!("no")).await.assert_problem(ErrorCode::Unacceptable);
}

#[actix_web::test]
async fn a_shorter_lifetime_of_all_sessions_bounds_unremembered_ones_too() {
    let app = TestApp::start_with(&["--session-lifetime", "1h"]).await;
    assert_eq!(hours_left(&log_in(&mut app.client(), json!(false)).await), 1);
    let app = TestApp::start_with(&["--session-lifetime-unremembered", "3h"]).await;
    assert_eq!(hours_left(&log_in(&mut app.client(), json!(false)).await), 3);
}

#[actix_web::test]
async fn a_change_of_the_password_keeps_a_session_unremembered() {
    let app = TestApp::start().await;
    let mut client = app.client();
    log_in(&mut client, json!(false)).await;
    let change = json!({"current_password": PASSWORD, "new_password": "another good password"});
    let answer = client.call(Method::POST, api::PASSWORD, change).await;
    assert_eq!((keeps_cookie(&answer), hours_left(&answer)), (false, 12));
}

#[actix_web::test]
async fn a_refreshed_session_stays_unremembered_within_its_limit() {
    let flags = ["--session-lifetime", "8h", "--session-refresh", "sliding", "--session-max-lifetime", "7d"];
    let app = TestApp::start_with(&flags).await;
    let mut client = app.client();
    log_in(&mut client, json!(false)).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        app.advance(3 * HOUR);
        let answer = refresh(&mut client).await;
        assert!(!keeps_cookie(&answer));
        seen.push(hours_left(&answer));
    }
    assert_eq!(seen, [8, 6, 3]);
    app.advance(3 * HOUR);
    client.verify().await.assert_problem(ErrorCode::SessionExpired);
}

#[actix_web::test]
async fn re_authentication_keeps_a_session_unremembered() {
    let app = TestApp::start().await;
    app.add_user("bea@example.org", "Bea").await;
    let mut client = app.client();
    log_in(&mut client, json!(false)).await;
    assert!(!keeps_cookie(&client.log_in().await), "the same user, without a new choice");
    assert!(keeps_cookie(&client.clone().log_in_as("bea@example.org", PASSWORD).await), "another user");
    assert!(keeps_cookie(&log_in(&mut client, json!(true)).await), "an explicit choice is remembered");
}
