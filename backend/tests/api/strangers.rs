//! Attackers who guess an account's password cannot lock its user out.

use latchkey_shared::{ErrorCode, Login, api};
use reqwest::Method;

use crate::support::{Answer, Client, EMAIL, PASSWORD, TestApp};

const PROXIED: &[&str] = &["--trusted-proxies", "127.0.0.0/8"];

/// Logs in from an address, with a `Cookie` header.
async fn log_in_from(app: &TestApp, address: &str, cookie: Option<&str>, email: &str, password: &str) -> Answer {
    let login = Login { email: email.into(), password: password.into(), remember: None };
    let mut client: Client<'_> = app.client();
    client.cookie = cookie.map(str::to_owned);
    let request = client.request(Method::POST, api::LOGIN).header("X-Forwarded-For", address).json(&login);
    client.send(request).await
}

async fn guess_from(app: &TestApp, address: &str, times: usize) {
    for _ in 0..times {
        log_in_from(app, address, None, EMAIL, "wrong").await.assert_problem(ErrorCode::BadCredentials);
    }
}

/// The device cookie of a browser that has logged in to an account before, as a `Cookie` header.
async fn known_browser(app: &TestApp, email: &str, before: Option<&str>) -> String {
    let answer = log_in_from(app, "198.51.100.1", before, email, PASSWORD).await;
    assert_eq!(answer.status, 200);
    answer.set_device_cookie().unwrap().split_once(';').unwrap().0.to_owned()
}

#[actix_web::test]
async fn an_attacker_at_one_address_delays_only_that_address() {
    let app = TestApp::start_with(PROXIED).await;
    guess_from(&app, "203.0.113.1", 5).await;
    for address in ["203.0.113.1", "203.0.113.1:4711", "[::ffff:203.0.113.1]:80"] {
        log_in_from(&app, address, None, EMAIL, PASSWORD).await.assert_problem(ErrorCode::TooManyAttempts);
    }
    assert_eq!(log_in_from(&app, "198.51.100.1", None, EMAIL, PASSWORD).await.status, 200);
    log_in_from(&app, "203.0.113.1", None, EMAIL, PASSWORD).await.assert_problem(ErrorCode::TooManyAttempts);
}

#[actix_web::test]
async fn attackers_at_many_addresses_delay_new_browsers_a_little_and_known_ones_not_at_all() {
    let app = TestApp::start_with(PROXIED).await;
    app.add_user("bob@example.org", "Bob").await;
    let (ours, theirs) = (known_browser(&app, EMAIL, None).await, known_browser(&app, "bob@example.org", None).await);
    for stranger in 0..20 {
        guess_from(&app, &format!("203.0.113.{stranger}"), 5).await;
    }
    for cookie in [None, Some(theirs.as_str()), Some("latchkey-device=invented")] {
        let answer = log_in_from(&app, "198.51.100.2", cookie, EMAIL, PASSWORD).await;
        answer.assert_problem(ErrorCode::TooManyAttempts);
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert_eq!(log_in_from(&app, "198.51.100.2", Some(&ours), EMAIL, PASSWORD).await.status, 200);
}

#[actix_web::test]
async fn a_known_browser_has_a_counter_of_its_own() {
    let app = TestApp::start_with(PROXIED).await;
    let known = known_browser(&app, EMAIL, None).await;
    for _ in 0..5 {
        let answer = log_in_from(&app, "198.51.100.1", Some(&known), EMAIL, "wrong").await;
        answer.assert_problem(ErrorCode::BadCredentials);
        assert_eq!(answer.set_device_cookie(), None);
    }
    log_in_from(&app, "198.51.100.9", Some(&known), EMAIL, PASSWORD).await.assert_problem(ErrorCode::TooManyAttempts);
    assert_eq!(
        log_in_from(&app, "198.51.100.1", None, EMAIL, PASSWORD).await.status,
        200,
        "no other client is delayed"
    );
}

#[actix_web::test]
async fn a_device_cookie_lasts_a_year_and_grants_no_access() {
    let app = TestApp::start().await;
    let answer = app.client().log_in().await;
    let (value, attributes) = answer.set_device_cookie().unwrap().split_once("; ").unwrap();
    assert_eq!(attributes, "Max-Age=31536000; HttpOnly; SameSite=Lax; Path=/");
    let token = value.strip_prefix("latchkey-device=").unwrap();
    assert_eq!(token.len(), 43);
    let mut thief = app.client_with(&format!("{value}; session={token}"));
    thief.verify().await.assert_problem(ErrorCode::SessionMissing);
    let secure = TestApp::start_with(&["--public-url", "https://app.example"]).await;
    let answer = secure.client().log_in().await;
    let cookie = answer.set_device_cookie().unwrap();
    assert!(cookie.starts_with("__Host-latchkey-device=") && cookie.ends_with("; Path=/; Secure"), "{cookie}");
}

#[actix_web::test]
async fn a_browser_stays_known_to_all_users_who_log_in_with_it() {
    let app = TestApp::start_with(PROXIED).await;
    app.add_user("bob@example.org", "Bob").await;
    let first = known_browser(&app, EMAIL, None).await;
    assert_eq!(known_browser(&app, EMAIL, Some(&first)).await, first);
    let second = known_browser(&app, "bob@example.org", Some(&first)).await;
    assert_ne!(second, first, "a cookie that may have been planted is not kept");
    assert_eq!(known_browser(&app, EMAIL, Some(&second)).await, second);
}

#[actix_web::test]
async fn an_unremembered_log_in_leaves_no_device_cookie() {
    let app = TestApp::start().await;
    let login = serde_json::json!({"email": EMAIL, "password": PASSWORD, "remember": false});
    let answer = app.client().call(Method::POST, api::LOGIN, login).await;
    assert_eq!((answer.status, answer.set_device_cookie()), (200, None));
}
