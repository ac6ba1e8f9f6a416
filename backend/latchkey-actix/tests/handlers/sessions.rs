//! The session in handlers of the app's own.

use std::time::Duration;

use latchkey_actix::shared::ErrorCode;
use reqwest::Method;
use serde_json::json;

use crate::{
    app,
    support::{Client, TestApp, listen, log, serve},
};

const MINUTE: Duration = Duration::from_secs(60);

#[actix_web::test]
async fn a_handler_gets_the_session_or_is_not_called() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    assert_eq!(client.call(Method::PUT, "/api/notes/7", json!({ "title": "Tea" })).await.status, 204);
    assert_eq!(client.get("/api/notes/7").await.body, r#"{"title":"Tea by Ada"}"#);
    let stranger = app.client();
    for (method, path) in
        [(Method::GET, "/api/notes/7"), (Method::PUT, "/api/notes/7"), (Method::DELETE, "/api/notes/7")]
    {
        let answer = stranger.call(method.clone(), path, json!({ "title": "x" })).await;
        assert_eq!(answer.code(), ErrorCode::SessionMissing, "{method}");
        assert!(answer.headers.contains_key("www-authenticate"), "{method}");
    }
    assert_eq!(client.get("/api/notes/7").await.status, 200, "nothing was deleted");
}

#[actix_web::test]
async fn a_session_that_has_ended_is_answered_with_its_reason_and_its_cookie_is_removed() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    app.clock.advance(8 * 24 * 60 * MINUTE);
    let answer = client.call(Method::PUT, "/api/notes/7", json!({ "title": "x" })).await;
    assert_eq!(answer.code(), ErrorCode::SessionExpired);
    assert!(answer.header("set-cookie").unwrap().starts_with("session=; Max-Age=0"));
}

#[actix_web::test]
async fn a_mutation_for_another_session_does_nothing() {
    let app = TestApp::start().await;
    let (client, other) = (app.signed_in().await, app.signed_in().await);
    for (method, path) in [
        (Method::PUT, "/api/notes/7"),
        (Method::DELETE, "/api/notes/7"),
        (Method::POST, "/api/account"),
        (Method::POST, "/api/greeting"),
    ] {
        let named = |session: &Client| {
            let request = client.request(method.clone(), path).header("x-session", session.session.as_deref().unwrap());
            request.json(&json!({ "title": "x" }))
        };
        let refused = client.send(named(&other)).await;
        assert_eq!(
            (refused.code(), refused.header("set-cookie")),
            (ErrorCode::SessionChanged, None),
            "{method} {path}"
        );
        assert!(client.send(named(&client)).await.status < 300, "{method} {path}");
    }
}

#[actix_web::test]
async fn a_mutation_that_another_site_sends_does_nothing() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    let put = || client.request(Method::PUT, "/api/notes/7").json(&json!({ "title": "x" }));
    for (header, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        assert_eq!(client.send(put().header(header, value)).await.code(), ErrorCode::CrossSite, "{value}");
    }
    assert_eq!(client.get("/api/notes/7").await.code(), ErrorCode::NotFound);
    assert_eq!(client.send(put().header("sec-fetch-site", "same-origin")).await.status, 204);
}

#[actix_web::test]
async fn mutations_of_the_app_are_activity_and_reading_is_not() {
    let app = TestApp::start_with(|builder| builder.idle_timeout(20 * MINUTE), app::routes).await;
    let mutations = [(Method::PUT, "/api/notes/7"), (Method::DELETE, "/api/notes/7"), (Method::POST, "/api/greeting")];
    for (method, path) in mutations {
        let client = app.signed_in().await;
        app.clock.advance(15 * MINUTE);
        assert!(client.call(method.clone(), path, json!({ "title": "x" })).await.status < 300);
        app.clock.advance(15 * MINUTE);
        assert_eq!(client.get("/api/greeting").await.body, "Hello, Ada", "{method} {path}");
    }
    let client = app.signed_in().await;
    app.clock.advance(15 * MINUTE);
    assert_eq!(client.get("/api/greeting").await.body, "Hello, Ada");
    app.clock.advance(6 * MINUTE);
    assert_eq!(client.get("/api/greeting").await.body, "Hello, stranger: session-idle");
}

#[actix_web::test]
async fn what_a_stolen_session_must_not_do_asks_for_the_password_again() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let close = json!({ "title": "bye" });
    assert_eq!(client.call(Method::DELETE, "/api/account", close.clone()).await.body, "Ada bye");
    app.clock.advance(16 * MINUTE);
    for method in [Method::DELETE, Method::POST] {
        let answer = client.call(method.clone(), "/api/account", close.clone()).await;
        assert_eq!((answer.code(), answer.header("set-cookie")), (ErrorCode::ReauthRequired, None), "{method}");
    }
    client.log_in().await;
    assert_eq!(client.call(Method::DELETE, "/api/account", close.clone()).await.body, "Ada bye");
    assert_eq!(client.call(Method::POST, "/api/account", close).await.body, "Ada");
    let stranger = app.client().call(Method::POST, "/api/account", json!({})).await;
    assert_eq!(stranger.code(), ErrorCode::SessionMissing);
}

#[actix_web::test]
async fn an_app_that_forgot_to_mount_latchkey_is_told_so() {
    listen();
    let client = Client::new(&serve(|| actix_web::App::new().configure(app::routes)));
    let answer = client.get("/api/greeting").await;
    assert_eq!((answer.status, answer.body.contains("urn:latchkey:problem:internal")), (500, true), "{answer:?}");
    assert!(log().contains("add `.configure(latchkey.routes())`"), "{}", log());
}

#[actix_web::test]
async fn without_the_middleware_no_handler_of_a_session_is_called() {
    listen();
    let app = TestApp::start().await;
    let mounted = app.latchkey.clone();
    let url = serve(move || actix_web::App::new().configure(mounted.routes()).configure(app::routes));
    let client = Client { cookie: app.signed_in().await.cookie, ..Client::new(&url) };
    for (method, path) in [
        (Method::GET, "/api/greeting"),
        (Method::POST, "/api/greeting"),
        (Method::POST, "/api/notes/7/touch"),
        (Method::POST, "/api/logout"),
    ] {
        assert_eq!(client.call(method.clone(), path, json!({})).await.status, 500, "{path}");
    }
    let client = Client { cookie: client.cookie, ..app.client() };
    assert_eq!(client.get("/api/greeting").await.body, "Hello, Ada", "nobody was signed out");
    assert!(log().contains("checked which site sent it: add `.wrap(latchkey.middleware())`"), "{}", log());
}

#[actix_web::test]
async fn an_app_whose_scope_hides_latchkeys_routes_is_told_so() {
    listen();
    let app = TestApp::start().await;
    let mounted = app.latchkey.clone();
    let client = Client::new(&serve(move || {
        let scope = actix_web::web::scope("/api").route("/hello", actix_web::web::get().to(|| async { "hello" }));
        actix_web::App::new().service(scope).configure(mounted.routes()).wrap(mounted.middleware())
    }));
    assert_eq!(client.get("/api/hello").await.body, "hello");
    assert_eq!(client.get("/api/verify-session").await.code(), ErrorCode::Internal);
    assert!(log().contains("put `.configure(latchkey.routes())` before the scope"), "{}", log());
    assert_eq!(client.get("/api/nothing").await.code(), ErrorCode::NotFound);
}
