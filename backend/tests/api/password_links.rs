//! One-time links: `latchkey user invite` and `POST /api/set-password`.

use std::time::Duration;

use futures_util::future::join_all;
use latchkey_actix::{Admin, PublicUrl, store::AuditStore};
use latchkey_shared::{ErrorCode, api};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    command_line::{latchkey, on_database, succeed},
    support::{Answer, Client, EMAIL, PASSWORD, TestApp},
};

const NEW: &str = "a password by link";

const HOUR: Duration = Duration::from_secs(3600);

/// An operator's access through the store, as commands have it.
fn operator(app: &TestApp) -> Admin {
    Admin::with_shared_store(app.store.clone()).clock(app.clock.clone())
}

/// The token of a new link of Ada's.
pub async fn invite(app: &TestApp) -> String {
    let admin = operator(app);
    let user = admin.find_user(EMAIL).await.unwrap().unwrap();
    let link = admin.invite(&user, HOUR).await.unwrap();
    let url = link.url(&"https://app.example".parse::<PublicUrl>().unwrap());
    url.strip_prefix("https://app.example/set-password#token=").unwrap().to_owned()
}

async fn use_link(client: &mut Client<'_>, token: &str, password: &str) -> Answer {
    client.call(Method::POST, api::SET_PASSWORD, json!({"token": token, "password": password})).await
}

async fn set(app: &TestApp, token: &str) -> Answer {
    use_link(&mut app.client(), token, NEW).await
}

#[actix_web::test]
async fn a_link_sets_the_password_once_and_ends_every_session() {
    let app = TestApp::start().await;
    let mut before = app.signed_in().await;
    let token = invite(&app).await;
    let answer = set(&app, &token).await;
    assert_eq!((answer.status, answer.set_cookie(), answer.body.len()), (204, None, 0), "it signs nobody in");
    before.verify().await.assert_problem(ErrorCode::PasswordChanged);
    app.client().log_in().await.assert_problem(ErrorCode::BadCredentials);
    assert_eq!(app.client().log_in_as(EMAIL, NEW).await.status, 200);
    let second = set(&app, &token).await;
    second.assert_problem(ErrorCode::InvalidLink);
    assert_eq!(second.status, 410);
    assert!(second.text().contains("was used already"), "{}", second.text());
}

#[actix_web::test]
async fn of_many_uses_at_once_one_succeeds() {
    let app = TestApp::start().await;
    let token = invite(&app).await;
    let other = TestApp::start_beside(&app).await;
    let uses = (0..8).map(|number| {
        let app = if number % 2 == 0 { &app } else { &other };
        async { set(app, &token).await.status }
    });
    let answers = join_all(uses).await;
    assert_eq!(answers.iter().filter(|status| **status == 204).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [204, 410, 429].contains(status)), "{answers:?}");
}

#[actix_web::test]
async fn an_expired_replaced_or_unknown_link_sets_nothing() {
    let app = TestApp::start().await;
    let (replaced, token) = (invite(&app).await, invite(&app).await);
    for wrong in [&*replaced, &"A".repeat(43), "x", &format!("{token}A"), &token.to_lowercase(), "\0", " "] {
        set(&app, wrong).await.assert_problem(ErrorCode::InvalidLink);
        // The failures are of one address, which then has to wait.
        app.advance(Duration::from_secs(60));
    }
    app.advance(HOUR);
    set(&app, &token).await.assert_problem(ErrorCode::InvalidLink);
    assert_eq!(app.client().log_in().await.status, 200);
}

#[actix_web::test]
async fn what_changes_the_account_makes_its_link_invalid() {
    let app = TestApp::start().await;
    let admin = operator(&app);
    let user = admin.find_user(EMAIL).await.unwrap().unwrap();
    for change in ["set-password", "change-password", "disable", "set-email", "delete"] {
        let token = invite(&app).await;
        match change {
            "set-password" => drop(admin.set_password(&user, NEW).await.unwrap()),
            "change-password" => {
                let mut client = app.client();
                client.log_in_as(EMAIL, NEW).await;
                let body = json!({"current_password": NEW, "new_password": "another good password"});
                assert_eq!(client.call(Method::POST, api::PASSWORD, body).await.status, 200);
            }
            "disable" => {
                admin.disable(&user).await.unwrap();
                assert!(admin.invite(&user, HOUR).await.is_err(), "a disabled user gets no link");
                set(&app, &token).await.assert_problem(ErrorCode::InvalidLink);
                admin.enable(&user).await.unwrap();
            }
            "set-email" => {
                let changed = admin.set_email(&user, "lovelace@example.org").await.unwrap();
                admin.set_email(&changed, EMAIL).await.unwrap();
            }
            _ => drop(admin.delete(&user).await.unwrap()),
        }
        set(&app, &token).await.assert_problem(ErrorCode::InvalidLink);
        app.advance(Duration::from_secs(60));
    }
}

#[actix_web::test]
async fn a_weak_password_is_refused_and_the_link_still_works() {
    let app = TestApp::start().await;
    let token = invite(&app).await;
    for weak in ["", "too short", &"x".repeat(129), "passwordpassword"] {
        use_link(&mut app.client(), &token, weak).await.assert_problem(ErrorCode::Unacceptable);
    }
    for body in [json!({"token": token}), json!({"password": NEW}), json!({"token": token, "password": NEW, "x": 1})] {
        app.client().call(Method::POST, api::SET_PASSWORD, body).await.assert_problem(ErrorCode::Unacceptable);
    }
    assert_eq!(set(&app, &token).await.status, 204);
}

#[actix_web::test]
async fn guessing_links_is_throttled_by_address_and_keeps_nobody_from_signing_in() {
    let app = TestApp::start_with(&["--trusted-proxies", "127.0.0.0/8"]).await;
    let token = invite(&app).await;
    let from = async |address: &str, token: &str| {
        let body = json!({"token": token, "password": NEW});
        let request =
            app.client().request(Method::POST, api::SET_PASSWORD).header("X-Forwarded-For", address).json(&body);
        app.client().send(request).await
    };
    for _ in 0..5 {
        from("192.0.2.1", "x").await.assert_problem(ErrorCode::InvalidLink);
    }
    let refused = from("192.0.2.1", &token).await;
    refused.assert_problem(ErrorCode::TooManyAttempts);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(app.client().log_in().await.status, 200);
    assert_eq!(from("192.0.2.2", &token).await.status, 204);
    app.advance(Duration::from_secs(1));
    let token = invite(&app).await;
    assert_eq!(from("192.0.2.1", &token).await.status, 204);
    from("192.0.2.1", "x").await.assert_problem(ErrorCode::InvalidLink);
}

#[actix_web::test]
async fn the_quota_of_an_address_is_that_of_log_ins() {
    let app = TestApp::start_with(&["--login-rate", "2"]).await;
    set(&app, "x").await.assert_problem(ErrorCode::InvalidLink);
    assert_eq!(app.client().log_in().await.status, 200);
    set(&app, "x").await.assert_problem(ErrorCode::TooManyAttempts);
}

#[actix_web::test]
async fn a_link_clears_the_failed_log_ins_of_its_user() {
    let app = TestApp::start().await;
    while app.client().log_in_as(EMAIL, "wrong").await.status == 401 {}
    let token = invite(&app).await;
    assert_eq!(set(&app, &token).await.status, 204);
    assert_eq!(app.client().log_in_as(EMAIL, NEW).await.status, 200);
}

#[actix_web::test]
async fn an_outage_uses_up_no_link() {
    let app = TestApp::start().await;
    let token = invite(&app).await;
    app.store.switch_off();
    set(&app, &token).await.assert_problem(ErrorCode::Unavailable);
    app.store.switch_on();
    app.store.switch_off_after("password_link");
    set(&app, &token).await.assert_problem(ErrorCode::Unavailable);
    app.store.switch_off_after("nothing any more");
    app.store.switch_on();
    assert_eq!(set(&app, &token).await.status, 204);
}

#[actix_web::test]
async fn the_audit_trail_has_every_link_and_its_use() {
    let app = TestApp::start().await;
    let token = invite(&app).await;
    set(&app, "x").await;
    set(&app, &token).await;
    let entries = app.store.audit(jiff::Timestamp::UNIX_EPOCH, 100).await.unwrap();
    let entries: Vec<_> = entries.iter().map(|entry| (&*entry.action, &*entry.outcome, &*entry.actor)).collect();
    assert_eq!(
        entries[1..],
        [
            ("invite-user", "ok", "operator"),
            ("use-password-link", "invalid-link", ""),
            ("use-password-link", "ok", EMAIL)
        ]
    );
}

#[actix_web::test]
async fn an_operator_prints_a_link_on_the_public_url() {
    let app = TestApp::start_in_the_present().await;
    let invite = |words: &[&'static str]| {
        let words = [&["user", "invite"][..], words].concat();
        latchkey(&app.folder, &on_database(&app, &words), "")
    };
    let output = invite(&[EMAIL, "--public-url", "https://App.example/", "--expires", "2h"]);
    assert!(output.status.success(), "{output:?}");
    let (link, about) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let token = link.trim_end().strip_prefix("https://app.example/set-password#token=").unwrap();
    assert!(about.contains(EMAIL) && about.contains("works once") && !about.contains(token), "{about}");
    assert_eq!(set(&app, token).await.status, 204);
    assert!(!succeed(&app.folder, &on_database(&app, &["audit"]), "").contains(token));

    let unknown = invite(&["new@example.org"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("--create-user"), "{unknown:?}");
    let added = invite(&["New@example.org", "--create-user", "--name", "Newcomer"]);
    let warning = String::from_utf8(added.stderr).unwrap();
    assert!(warning.contains("LATCHKEY_PUBLIC_URL") && warning.contains("http://127.0.0.1:8080,"), "{warning}");
    assert!(!about.contains("warning"), "{about}");
    for (listen, named) in
        [("0.0.0.0:8080", "0.0.0.0"), ("[::]:8080", "[::]"), ("127.0.0.1:0", ":0"), ("unix:s", "Unix socket")]
    {
        let nowhere = invite(&[EMAIL, "--listen", listen]);
        let said = String::from_utf8_lossy(&nowhere.stderr);
        assert_eq!((nowhere.status.code(), nowhere.stdout.len()), (Some(1), 0), "{said}");
        assert!(said.contains("--public-url") && said.contains(named), "{said}");
    }
    let link = String::from_utf8(added.stdout).unwrap();
    let token = link.trim_end().strip_prefix("http://127.0.0.1:8080/set-password#token=").unwrap();
    app.client().log_in_as("new@example.org", NEW).await.assert_problem(ErrorCode::BadCredentials);
    assert_eq!(set(&app, token).await.status, 204);
    let me: Value = app.client().log_in_as("new@example.org", NEW).await.json();
    assert_eq!(me["user"]["name"], "Newcomer");

    assert_eq!(invite(&[EMAIL, "--expires", "31d"]).status.code(), Some(2));
    assert_eq!(invite(&[EMAIL, "--name", "x"]).status.code(), Some(2), "only a new user gets a name");
    succeed(&app.folder, &on_database(&app, &["user", "disable", EMAIL]), "");
    let disabled = invite(&[EMAIL]);
    assert!(String::from_utf8_lossy(&disabled.stderr).contains("disabled"), "{disabled:?}");
}

#[actix_web::test]
async fn enabling_an_account_that_is_not_disabled_keeps_its_link() {
    let app = TestApp::start().await;
    let token = invite(&app).await;
    let admin = operator(&app);
    let user = admin.find_user(EMAIL).await.unwrap().unwrap();
    admin.enable(&user).await.unwrap();
    assert_eq!(set(&app, &token).await.status, 204);
    let token = invite(&app).await;
    admin.disable(&user).await.unwrap();
    admin.enable(&user).await.unwrap();
    set(&app, &token).await.assert_problem(ErrorCode::InvalidLink);
}

#[actix_web::test]
async fn a_session_of_another_user_goes_on() {
    let app = TestApp::start().await;
    app.add_user("bob@example.org", "Bob").await;
    let mut bob = app.client();
    bob.log_in_as("bob@example.org", PASSWORD).await;
    let token = invite(&app).await;
    assert_eq!(use_link(&mut bob, &token, NEW).await.status, 204);
    assert_eq!(bob.verify().await.status, 200);
}
