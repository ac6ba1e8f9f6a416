//! `POST /api/login`.

use argon2::{Argon2, Params, PasswordHasher};
use futures_util::future::join_all;
use latchkey_actix::{
    clock::Clock,
    store::{Account, UserStore},
};
use latchkey_shared::{ErrorCode, SignedIn, User, UserId, api};
use reqwest::Method;

use crate::support::{EMAIL, PASSWORD, TestApp, shell::Shell};

#[actix_web::test]
async fn a_user_whose_browser_would_not_keep_the_cookie_is_told_so() {
    let app = TestApp::start_with(&["--public-url", "https://app.example"]).await;
    let client = app.client();
    let login =
        || client.request(Method::POST, api::LOGIN).json(&serde_json::json!({ "email": EMAIL, "password": PASSWORD }));
    let answer = app.client().send(login().header("Host", "app.example").header("Origin", "http://app.example")).await;
    answer.assert_problem(ErrorCode::Unacceptable);
    assert!(answer.text().contains("plain http") && answer.set_cookie().is_none(), "{answer:?}");
    for origin in [None, Some("https://app.example")] {
        let request = origin.into_iter().fold(login(), |request, origin| request.header("Origin", origin));
        assert_eq!(app.client().send(request).await.status, 200, "{origin:?}");
    }
}

#[actix_web::test]
async fn the_right_password_starts_a_session_of_seven_days() {
    let app = TestApp::start().await;
    let answer = app.client().log_in().await;
    assert_eq!(answer.status, 200);
    let SignedIn { user, session, .. } = answer.json();
    assert_eq!((user.email.as_str(), user.name.as_str(), user.version), (EMAIL, "Ada", 1));
    assert_eq!((session.expires_in_s, session.idle_expires_in_s, session.refreshable), (604_800, None, false));
    assert_eq!(
        (session.created_at.0.as_str(), session.expires_at.0.as_str()),
        ("2027-01-15T08:00:00Z", "2027-01-22T08:00:00Z")
    );
}

#[actix_web::test]
async fn a_log_in_replaces_a_hash_with_weaker_parameters() {
    let app = TestApp::start().await;
    let weak =
        Argon2::from(Params::new(64, 1, 1, None).unwrap()).hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    let user = User::new(UserId("eve".into()), "eve@example.org", "Eve", 1);
    let account = Account { user, password_hash: weak.clone(), disabled: false, created_at: app.clock.now() };
    app.store.insert_user(&account, &app.event()).await.unwrap();
    for _ in ["weak", "replaced"] {
        let mut client = app.client();
        assert_eq!(client.log_in_as("eve@example.org", PASSWORD).await.status, 200);
        assert_eq!(client.verify().await.status, 200);
        let account = app.store.account("eve@example.org").await.unwrap().unwrap();
        assert!(account.password_hash != weak && account.user.version == 1);
    }
}

#[actix_web::test]
async fn concurrent_log_ins_succeed_while_a_hash_is_replaced() {
    let app = TestApp::start_with(&["--hash-threads", "4"]).await;
    let weak = Argon2::from(Params::new(64, 1, 1, None).unwrap());
    for round in 0..3 {
        let email = format!("eve{round}@example.org");
        let user = User::new(UserId(email.clone()), email.clone(), "Eve", 1);
        let password_hash = weak.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
        let account = Account { user, password_hash, disabled: false, created_at: app.clock.now() };
        app.store.insert_user(&account, &app.event()).await.unwrap();
        let mut here = app.client();
        assert_eq!(here.log_in_as(&email, PASSWORD).await.status, 200);
        let weaker = weak.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
        replace_hash(&app, &email, &weaker).await;
        // Attempts from a session, from a known browser and from an address do not wait for each other.
        let cookies = [here.cookie.clone(), None, None];
        let log_ins = cookies.into_iter().cycle().take(9).map(async |cookie| {
            let mut client = app.client();
            client.cookie = cookie;
            client.log_in_as(&email, PASSWORD).await.status
        });
        assert_eq!(join_all(log_ins).await, [200; 9], "round {round}");
    }
}

/// Replaces a password hash in a SQL shell.
async fn replace_hash(app: &TestApp, email: &str, hash: &str) {
    let update = format!("UPDATE users SET password_hash = '{hash}' WHERE email = '{email}'");
    Shell::open(&app.database).await.run(&update).await;
}

#[actix_web::test]
async fn the_cookie_outlives_the_session_by_a_day() {
    let app = TestApp::start().await;
    let answer = app.client().log_in().await;
    let (value, attributes) = answer.set_cookie().unwrap().split_once("; ").unwrap();
    assert_eq!(attributes, "Max-Age=691200; HttpOnly; SameSite=Lax; Path=/");
    let token = value.strip_prefix("session=").unwrap();
    assert!(token.len() == 43 && !answer.text().contains(token), "the token is only in the cookie");
}

#[actix_web::test]
async fn on_https_the_cookie_is_bound_to_the_host() {
    let app = TestApp::start_with(&["--public-url", "https://app.example"]).await;
    let answer = app.client().log_in().await;
    let cookie = answer.set_cookie().unwrap();
    assert!(
        cookie.starts_with("__Host-session=") && cookie.ends_with("HttpOnly; SameSite=Lax; Path=/; Secure"),
        "{cookie}"
    );
    assert!(answer.header("strict-transport-security").is_some());
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_account_get_the_same_answer() {
    let app = TestApp::start().await;
    let wrong = app.client().log_in_as(EMAIL, "wrong").await;
    let unknown = app.client().log_in_as("nobody@example.org", PASSWORD).await;
    wrong.assert_problem(ErrorCode::BadCredentials);
    assert_eq!((wrong.status, wrong.set_cookie(), wrong.text()), (401, None, unknown.text()));
    let names = |answer: &crate::support::Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&wrong), names(&unknown));
}

#[actix_web::test]
async fn the_email_address_matches_in_any_letter_case() {
    let app = TestApp::start().await;
    assert_eq!(app.client().log_in_as(" ADA@Example.org ", PASSWORD).await.status, 200);
}

#[actix_web::test]
async fn a_second_log_in_ends_the_session_that_it_replaces() {
    let app = TestApp::start().await;
    let mut first = app.signed_in().await;
    let mut second = first.clone();
    assert_eq!(second.log_in().await.status, 200);
    first.verify().await.assert_problem(ErrorCode::SignedOut);
    assert_eq!(second.verify().await.status, 200);
}

#[actix_web::test]
async fn a_failed_log_in_keeps_the_current_session() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    assert_eq!(client.log_in_as(EMAIL, "wrong").await.set_cookie(), None);
    assert_eq!(client.verify().await.status, 200);
}

#[actix_web::test]
async fn a_log_in_that_names_another_session_is_rejected() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let login = serde_json::json!({"email": EMAIL, "password": PASSWORD});
    let request = client.request(Method::POST, api::LOGIN).header(api::SESSION_HEADER, "another").json(&login);
    client.send(request).await.assert_problem(ErrorCode::SessionChanged);
    assert_eq!(client.verify().await.status, 200);
}

#[actix_web::test]
async fn with_the_store_down_the_answer_is_503_and_not_a_wrong_password() {
    let app = TestApp::start().await;
    app.store.switch_off();
    let answer = app.client().log_in().await;
    answer.assert_problem(ErrorCode::Unavailable);
    assert_eq!((answer.header("retry-after"), answer.set_cookie()), (Some("1"), None));
}

#[actix_web::test]
async fn impossible_values_are_unacceptable() {
    let app = TestApp::start().await;
    for (email, password) in [("", PASSWORD), ("ada", PASSWORD), (EMAIL, ""), ("a@b\u{0}", PASSWORD)] {
        app.client().log_in_as(email, password).await.assert_problem(ErrorCode::Unacceptable);
    }
}
