//! Fuzzing: any body, cookie and path gets a documented answer, never a failure of the server.

use latchkey_shared::api;
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    strategy::ValueTree,
    test_runner::TestRunner,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::TestApp;

const CASES: usize = 200;

/// Random values of a strategy. The client asserts on every answer, and its message shows the value that failed.
fn some<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>) -> Vec<T> {
    let mut runner = TestRunner::default();
    (0..CASES).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// JSON of any shape, in which the API's field names are frequent.
fn any_json() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("email".to_owned()),
        Just("password".to_owned()),
        Just("name".to_owned()),
        Just("current_password".to_owned()),
        Just("new_password".to_owned()),
        ".{0,8}",
    ];
    let text = prop_oneof![".{0,200}", "[a-z]{1,5}@[a-z]{1,5}", Just("\u{0}\u{202e}".to_owned())];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(name.clone(), inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

#[actix_web::test]
async fn any_json_body_gets_a_documented_answer() {
    let app = TestApp::start_with(&["--login-rate", "1000000"]).await;
    let mut client = app.signed_in().await;
    for body in some(any_json()) {
        for (method, path) in [(Method::POST, api::LOGIN), (Method::PATCH, api::ME), (Method::POST, api::PASSWORD)] {
            let answer = client.call(method, path, body.clone()).await;
            assert!(matches!(answer.status, 200 | 401 | 422 | 429), "{path} {body}: {answer:?}");
        }
    }
}

#[actix_web::test]
async fn any_bytes_as_a_body_get_a_documented_answer() {
    let app = TestApp::start().await;
    for body in some(vec(any::<u8>(), 0..300)) {
        let request = app.client().request(Method::POST, api::LOGIN).header("Content-Type", "application/json");
        let answer = app.client().send(request.body(body.clone())).await;
        assert!(matches!(answer.status, 400 | 422), "{body:?}: {answer:?}");
    }
}

#[actix_web::test]
async fn any_cookie_gets_a_documented_answer() {
    let app = TestApp::start().await;
    for cookie in some(prop_oneof!["[ -~]{0,300}", "session=[ -~]{0,60}", "session=[A-Za-z0-9_-]{43}"]) {
        assert_eq!(app.client_with(cookie.trim()).verify().await.status, 401, "{cookie}");
    }
}

#[actix_web::test]
async fn any_path_gets_a_document_or_a_404() {
    let app = TestApp::start().await;
    let segment =
        prop_oneof!["[!-~]{0,12}", Just("..".to_owned()), Just("%2e%2e%2f".to_owned()), Just("test.db".into())];
    for segments in some(vec(segment, 1..6)) {
        let path = segments.join("/");
        let answer = get_as_it_is(&app, &path).await;
        let status: Option<u16> = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        assert!(status.is_some_and(|status| status < 500), "{path}: {answer}");
        assert!(!answer.contains("SQLite format"), "{path}: a file from outside the folder");
    }
}

/// Sends a path unchanged; an HTTP client would normalise its dots.
async fn get_as_it_is(app: &TestApp, path: &str) -> String {
    let mut connection = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
