//! Unicode spellings of e-mail addresses, names and passwords.

use argon2::{Argon2, PasswordHasher};
use latchkey_actix::{
    clock::Clock,
    store::{Account, UserStore},
};
use latchkey_shared::{ErrorCode, SignedIn, User, UserId, api};
use reqwest::Method;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

const DECOMPOSED: &str = "cafe\u{301} au lait cre\u{300}me";
const COMPOSED: &str = "caf\u{e9} au lait cr\u{e8}me";

#[actix_web::test]
async fn the_spelling_that_a_browser_sends_and_the_typed_one_are_one_account() {
    let app = TestApp::start().await;
    app.add_user("josé@bücher.example", "José").await;
    for spelling in [
        "josé@bücher.example",
        "josé@xn--bcher-kva.example",
        "jose\u{301}@XN--BCHER-KVA.example",
        " Jose\u{301}@Bu\u{308}cher.example",
        "\u{feff}josé@bücher.example\u{200b}",
    ] {
        let answer = app.client().log_in_as(spelling, PASSWORD).await;
        assert_eq!(answer.status, 200, "{spelling}");
        assert_eq!(answer.json::<SignedIn>().user.email, "josé@bücher.example");
    }
}

#[actix_web::test]
async fn failures_count_against_the_account_in_any_spelling() {
    let app = TestApp::start().await;
    app.add_user("ada@bücher.example", "Ada").await;
    for email in ["ada@bücher.example", "ada@xn--bcher-kva.example", "ada@bu\u{308}cher.example", "ADA@BÜCHER.EXAMPLE"]
    {
        app.client().log_in_as(email, "wrong").await.assert_problem(ErrorCode::BadCredentials);
    }
    app.client().log_in_as("\u{200b}ada@bücher.example", "wrong").await.assert_problem(ErrorCode::BadCredentials);
    app.client().log_in_as("ada@bücher.example", PASSWORD).await.assert_problem(ErrorCode::TooManyAttempts);
}

#[actix_web::test]
async fn accounts_from_before_normalisation_still_work() {
    let app = TestApp::start().await;
    let added = ["a\u{200b}nn@example.org", "eve@xn--bcher-kva.example", "zoe\u{308}@example.org"];
    for email in added {
        app.add_user(email, "Somebody").await;
    }
    for (typed, found) in [
        (added[0], added[0]),
        (added[1], added[1]),
        ("eve@bücher.example", added[1]),
        (added[2], added[2]),
        ("zoë@example.org", added[2]),
    ] {
        let answer = app.client().log_in_as(typed, PASSWORD).await;
        assert_eq!(answer.status, 200, "{typed:?}");
        assert_eq!(answer.json::<SignedIn>().user.email, found);
    }
}

#[actix_web::test]
async fn a_password_is_the_same_in_every_unicode_form() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let change = json!({"current_password": PASSWORD, "new_password": DECOMPOSED});
    assert_eq!(client.call(Method::POST, api::PASSWORD, change).await.status, 200);
    for spelling in [DECOMPOSED, COMPOSED] {
        assert_eq!(app.client().log_in_as(crate::support::EMAIL, spelling).await.status, 200);
    }
}

#[actix_web::test]
async fn a_hash_of_another_unicode_form_is_accepted_and_replaced() {
    let app = TestApp::start().await;
    let before = Argon2::default().hash_password(DECOMPOSED.as_bytes()).unwrap().to_string();
    let user = User::new(UserId("eve".into()), "eve@example.org", "Eve", 1);
    let account = Account { user, password_hash: before.clone(), disabled: false, created_at: app.clock.now() };
    app.store.insert_user(&account, &app.event()).await.unwrap();
    for _ in ["as it was", "up to date"] {
        assert_eq!(app.client().log_in_as("eve@example.org", DECOMPOSED).await.status, 200);
        let account = app.store.account("eve@example.org").await.unwrap().unwrap();
        assert!(account.password_hash != before && account.user.version == 1);
    }
    assert_eq!(app.client().log_in_as("eve@example.org", COMPOSED).await.status, 200);
}

#[actix_web::test]
async fn a_name_has_no_invisible_characters() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    for unseen in ['\u{200b}', '\u{200d}', '\u{ad}', '\u{2060}', '\u{feff}', '\u{3164}', '\u{202e}', '\u{e0041}'] {
        let answer = client.call(Method::PATCH, api::ME, json!({"name": format!("A{unseen}da")})).await;
        answer.assert_problem(ErrorCode::Unacceptable);
        assert!(answer.text().contains("invisible"), "{unseen:?}");
    }
    let user: User = client.call(Method::PATCH, api::ME, json!({"name": "Jose\u{301}"})).await.json();
    assert_eq!(user.name, "José");
}
