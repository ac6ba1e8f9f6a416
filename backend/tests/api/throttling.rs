//! Rate limits of failed log-ins, by account and by address.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::ToSpan;
use latchkey_actix::clock::Clock;
use latchkey_shared::{ErrorCode, api};
use reqwest::Method;
use serde_json::json;

use crate::support::{
    Answer, Client, EMAIL, PASSWORD, TestApp,
    database::on_postgres,
    raw::{eventually, send_and_reset},
};

fn retry_after(answer: &Answer) -> u64 {
    answer.assert_problem(ErrorCode::TooManyAttempts);
    answer.header("retry-after").unwrap().parse().unwrap()
}

async fn fail(app: &TestApp, email: &str, times: usize) {
    for _ in 0..times {
        app.client().log_in_as(email, "wrong").await.assert_problem(ErrorCode::BadCredentials);
    }
}

#[actix_web::test]
async fn from_the_fifth_failure_on_the_delay_doubles_and_is_exact_to_the_second() {
    let app = TestApp::start().await;
    fail(&app, EMAIL, 5).await;
    for wait in [1, 2, 4, 8] {
        assert_eq!(retry_after(&app.client().log_in().await), wait, "the right password is not checked either");
        app.advance(Duration::from_secs(wait));
        fail(&app, EMAIL, 1).await;
    }
    app.advance(Duration::from_secs(16));
    assert_eq!(app.client().log_in().await.status, 200);
    fail(&app, EMAIL, 5).await;
}

#[actix_web::test]
async fn an_unknown_account_is_throttled_alike() {
    let app = TestApp::start().await;
    fail(&app, "nobody@example.org", 5).await;
    assert_eq!(retry_after(&app.client().log_in_as("nobody@example.org", "x").await), 1);
    assert_eq!(app.client().log_in().await.status, 200, "other accounts are not");
}

#[actix_web::test]
async fn a_signed_in_device_is_not_delayed_by_others() {
    let app = TestApp::start().await;
    let mut here = app.signed_in().await;
    fail(&app, EMAIL, 5).await;
    assert_eq!(retry_after(&app.client().log_in().await), 1);
    assert_eq!((here.verify().await.status, here.log_in().await.status), (200, 200));
}

#[actix_web::test]
async fn guessing_in_a_session_is_throttled_too() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let guess = json!({"current_password": "wrong", "new_password": "a better horse battery"});
    for _ in 0..5 {
        client.call(Method::POST, api::PASSWORD, guess.clone()).await.assert_problem(ErrorCode::BadCredentials);
    }
    assert_eq!(retry_after(&client.call(Method::POST, api::PASSWORD, guess).await), 1);
    assert_eq!(client.verify().await.status, 200);
}

#[actix_web::test]
async fn failures_survive_a_restart() {
    let app = TestApp::start().await;
    fail(&app, EMAIL, 5).await;
    let other = TestApp::start_beside(&app).await;
    assert_eq!(retry_after(&other.client().log_in().await), 1);
}

#[actix_web::test]
async fn concurrent_guesses_cannot_bypass_the_limit() {
    let app = TestApp::start().await;
    let guesses = (0..20).map(|_| async { app.client().log_in_as(EMAIL, "wrong").await.status });
    let answers = join_all(guesses).await;
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 5, "{answers:?}");
    assert!(answers.iter().all(|status| [401, 429].contains(status)), "{answers:?}");
}

#[actix_web::test]
async fn concurrent_right_passwords_all_succeed() {
    let app = TestApp::start().await;
    for round in 0..3 {
        let answers = join_all((0..10).map(|_| async { app.client().log_in().await.status })).await;
        assert_eq!(answers, [200; 10], "round {round}");
    }
}

#[actix_web::test]
async fn a_check_that_the_server_could_not_do_is_not_a_failure() {
    let app = TestApp::start_with(&["--hash-threads", "1", "--hash-queue", "1"]).await;
    app.store.switch_off();
    for _ in 0..8 {
        app.client().log_in_as(EMAIL, "wrong").await.assert_problem(ErrorCode::Unavailable);
    }
    app.store.switch_on();
    let answers = join_all((0..20).map(|_| async { app.client().log_in().await.status })).await;
    assert!(answers.contains(&503) && answers.iter().all(|status| [200, 503].contains(status)), "{answers:?}");
    let body = json!({"email": EMAIL, "password": PASSWORD}).to_string();
    for milliseconds in 0..16 {
        send_and_reset(&app, "POST /api/login", "", &body, Duration::from_millis(milliseconds)).await;
    }
    eventually(async || app.client().log_in().await.status == 200).await;
}

#[actix_web::test]
async fn a_clock_that_was_ahead_locks_no_account() {
    let app = TestApp::start_with(&["--login-rate", "8"]).await;
    let right = app.clock.now();
    app.clock.set(right + (24 * 365).hours());
    fail(&app, EMAIL, 5).await;
    assert_eq!(retry_after(&app.client().log_in().await), 1);
    app.clock.set(right);
    let log_ins = [app.client().log_in().await.status, app.client().log_in().await.status];
    assert_eq!(log_ins, [200, 200]);
    assert_eq!(retry_after(&app.client().log_in().await), 8, "the quota is of real time");
    app.advance(Duration::from_secs(8));
    assert_eq!(app.client().log_in().await.status, 200);
}

#[actix_web::test]
async fn an_address_has_a_quota_that_a_forged_header_cannot_evade() {
    let app = TestApp::start_with(&["--login-rate", "2"]).await;
    let log_in = async |forwarded: &str| {
        let login = json!({"email": EMAIL, "password": PASSWORD});
        let request = app.client().request(Method::POST, api::LOGIN).header("X-Forwarded-For", forwarded).json(&login);
        app.client().send(request).await
    };
    assert_eq!((log_in("192.0.2.1").await.status, log_in("192.0.2.2").await.status), (200, 200));
    // Commits are counted in SQLite's log.
    let before = if on_postgres() { 0 } else { app.commits() };
    for _ in 0..20 {
        assert_eq!(retry_after(&log_in("192.0.2.3").await), 30);
    }
    assert!(on_postgres() || app.commits() <= before + 1, "rejected attempts write a single audit row");
    app.advance(Duration::from_secs(30));
    assert_eq!(log_in("192.0.2.4").await.status, 200);
}

#[actix_web::test]
async fn behind_a_trusted_proxy_each_client_has_a_quota() {
    let app = TestApp::start_with(&["--login-rate", "1", "--trusted-proxies", "127.0.0.0/8"]).await;
    let log_in = async |forwarded: &str| {
        let client: Client<'_> = app.client();
        let login = json!({"email": EMAIL, "password": PASSWORD});
        let request = client.request(Method::POST, api::LOGIN).header("X-Forwarded-For", forwarded).json(&login);
        app.client().send(request).await.status
    };
    assert_eq!((log_in("192.0.2.1").await, log_in("192.0.2.2").await), (200, 200));
    assert_eq!((log_in("192.0.2.1").await, log_in("6.6.6.6, 192.0.2.1").await), (429, 429));
    assert_eq!((log_in("2001:db8::1").await, log_in("2001:db8::2").await), (200, 429), "a /64 is one subscriber");
}
