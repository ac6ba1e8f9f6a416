//! `GET` and `PATCH /api/me`, `POST /api/me/password`.

use latchkey_shared::{EndReason, ErrorCode, SignedIn, User, Verified, api};
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Answer, Client, EMAIL, PASSWORD, TestApp};

const NEW_PASSWORD: &str = "a better horse battery";

async fn change_password(client: &mut Client<'_>, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    client.call(Method::POST, api::PASSWORD, body).await
}

#[actix_web::test]
async fn the_answer_is_the_user_of_the_session() {
    let app = TestApp::start().await;
    let mut client = app.client();
    let signed_in: SignedIn = client.log_in().await.json();
    let answer = client.get(api::ME).await;
    assert_eq!((answer.status, answer.json::<User>()), (200, signed_in.user));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[actix_web::test]
async fn without_a_session_the_answer_is_401() {
    let app = TestApp::start().await;
    app.client().get(api::ME).await.assert_problem(ErrorCode::SessionMissing);
}

#[actix_web::test]
async fn with_the_store_down_the_answer_is_503() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    app.store.switch_off();
    client.get(api::ME).await.assert_problem(ErrorCode::Unavailable);
}

#[actix_web::test]
async fn a_new_name_is_visible_at_once_on_every_device() {
    let app = TestApp::start().await;
    let (mut here, mut there) = (app.signed_in().await, app.signed_in().await);
    assert_eq!(there.verify().await.json::<Verified>().user_version, 1);
    let user: User = here.call(Method::PATCH, api::ME, json!({"name": "  Ada Lovelace "})).await.json();
    assert_eq!((user.name.as_str(), user.version), ("Ada Lovelace", 2));
    assert_eq!(there.verify().await.json::<Verified>().user_version, 2);
    assert_eq!(there.get(api::ME).await.json::<User>(), user);
}

#[actix_web::test]
async fn the_same_name_changes_nothing() {
    let app = TestApp::start().await;
    let user: User = app.signed_in().await.call(Method::PATCH, api::ME, json!({"name": "Ada"})).await.json();
    assert_eq!(user.version, 1);
}

#[actix_web::test]
async fn an_invalid_name_is_unacceptable() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    for body in [
        json!({}),
        json!({"name": ""}),
        json!({"name": "a\nb"}),
        json!({"name": "x".repeat(101)}),
        json!({"email": "x"}),
    ] {
        client.call(Method::PATCH, api::ME, body).await.assert_problem(ErrorCode::Unacceptable);
    }
    assert_eq!(client.get(api::ME).await.json::<User>().version, 1);
}

#[actix_web::test]
async fn a_new_password_ends_every_session_and_starts_one() {
    let app = TestApp::start().await;
    let (mut here, mut there) = (app.signed_in().await, app.signed_in().await);
    let mut before = here.clone();
    assert_eq!((here.verify().await.status, there.verify().await.status), (200, 200), "remembered");
    let answer = change_password(&mut here, PASSWORD, NEW_PASSWORD).await;
    assert_eq!((answer.status, answer.json::<SignedIn>().user.email.as_str()), (200, EMAIL));
    assert!(answer.set_cookie().is_some_and(|cookie| !cookie.contains("Max-Age=0")));
    assert_eq!(here.verify().await.status, 200);
    for old in [&mut before, &mut there] {
        let answer = old.verify().await;
        answer.assert_problem(ErrorCode::PasswordChanged);
        answer.assert_removes_cookie();
    }
    app.client().log_in().await.assert_problem(ErrorCode::BadCredentials);
    assert_eq!(app.client().log_in_as(EMAIL, NEW_PASSWORD).await.status, 200);
}

#[actix_web::test]
async fn a_wrong_current_password_changes_nothing_and_ends_no_session() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let answer = change_password(&mut client, "wrong", NEW_PASSWORD).await;
    answer.assert_problem(ErrorCode::BadCredentials);
    assert_eq!((answer.set_cookie(), client.verify().await.status), (None, 200));
    assert_eq!(app.client().log_in().await.status, 200);
}

#[actix_web::test]
async fn a_weak_password_is_rejected() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    for weak in ["short", "elevenchars", "Password1234", &"x".repeat(129)] {
        change_password(&mut client, PASSWORD, weak).await.assert_problem(ErrorCode::Unacceptable);
    }
}

#[actix_web::test]
async fn with_the_store_down_the_password_is_unchanged() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    assert_eq!(client.verify().await.status, 200);
    app.store.switch_off();
    change_password(&mut client, PASSWORD, NEW_PASSWORD).await.assert_problem(ErrorCode::Unavailable);
    app.store.switch_on();
    assert_eq!(app.client().log_in().await.status, 200);
}

#[actix_web::test]
async fn a_completed_change_is_reported_although_the_store_fails_right_after() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    app.store.switch_off_after("rename_user");
    let user: User = client.call(Method::PATCH, api::ME, json!({"name": "Ada Lovelace"})).await.json();
    assert_eq!((user.name.as_str(), user.version), ("Ada Lovelace", 2));
    app.store.switch_on();
    app.store.switch_off_after("change_password");
    let signed_in: SignedIn = change_password(&mut client, PASSWORD, NEW_PASSWORD).await.json();
    assert_eq!(signed_in.user.version, 3);
    app.store.switch_on();
    assert_eq!(client.verify().await.status, 200);
}

#[actix_web::test]
async fn of_two_concurrent_changes_of_the_password_the_later_changes_nothing() {
    let app = TestApp::start_with(&["--hash-threads", "1"]).await;
    let (mut here, mut there) = (app.signed_in().await, app.signed_in().await);
    let (first, second) = tokio::join!(
        change_password(&mut here, PASSWORD, NEW_PASSWORD),
        change_password(&mut there, PASSWORD, "another better horse"),
    );
    // Either may be first; the other one's session has ended by then.
    let (done, overtaken) = if first.status == 200 { (first, second) } else { (second, first) };
    assert_eq!(done.status, 200);
    overtaken.assert_problem(ErrorCode::PasswordChanged);
    overtaken.assert_removes_cookie();
    let tries = [
        app.client().log_in_as(EMAIL, NEW_PASSWORD).await,
        app.client().log_in_as(EMAIL, "another better horse").await,
    ];
    assert_eq!(tries.iter().filter(|answer| answer.status == 200).count(), 1, "{tries:?}");
}

#[actix_web::test]
async fn a_session_that_ends_during_the_check_of_the_password_changes_nothing() {
    let app = TestApp::start_with(&["--hash-threads", "1"]).await;
    let (mut here, mut there) = (app.signed_in().await, app.signed_in().await);
    assert_eq!(here.verify().await.status, 200, "remembered");
    let end = async { there.call(Method::DELETE, api::SESSIONS, json!({})).await };
    let (changed, ended) = tokio::join!(change_password(&mut here, PASSWORD, NEW_PASSWORD), end);
    assert_eq!(ended.status, 200);
    // Ending a session needs no hashing, so it is first.
    changed.assert_problem(ErrorCode::SessionRevoked);
    changed.assert_removes_cookie();
    assert_eq!(app.client().log_in().await.status, 200, "the password of before");
}

#[actix_web::test]
async fn a_session_that_ends_before_its_body_arrives_does_nothing() {
    let app = TestApp::start().await;
    let changes = [
        (Method::PATCH, api::ME, json!({"name": "Mallory"})),
        (Method::POST, api::PASSWORD, json!({"current_password": PASSWORD, "new_password": "a better horse battery"})),
    ];
    for (method, path, body) in changes {
        let client = app.signed_in().await;
        let (body, cookie) = (body.to_string(), client.cookie.as_deref().unwrap());
        let (first, rest) = body.split_at(5);
        let mut stream = TcpStream::connect(app.url.strip_prefix("http://").unwrap()).await.unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{first}",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // The server has received the head once it has answered a later request.
        assert_eq!(app.client().get(api::HEALTHZ).await.status, 200);
        app.end(&client, EndReason::SessionRevoked).await;
        stream.write_all(rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("session-revoked"), "{answer}");
    }
    let me: User = app.signed_in().await.get(api::ME).await.json();
    assert_eq!(me.name, "Ada");
}
