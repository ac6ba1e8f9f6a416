//! Invalid input and the framework's own errors are problems with a code.

use latchkey_shared::{ErrorCode, api};
use reqwest::{Body, Method};

use crate::support::{Answer, TestApp};

async fn post(content_type: Option<&str>, body: impl Into<Body>) -> Answer {
    let app = TestApp::start().await;
    let request = app.client().request(Method::POST, api::LOGIN).body(body);
    let request = match content_type {
        Some(content_type) => request.header("Content-Type", content_type),
        None => request,
    };
    app.client().send(request).await
}

const JSON: Option<&str> = Some("application/json");

#[actix_web::test]
async fn a_body_that_is_not_json_is_malformed() {
    for body in ["", "{", "{\"email\":", "email=a&password=b", "\u{0}", "[1,", "{\"email\":\"\\ud800\"}"] {
        post(JSON, body).await.assert_problem(ErrorCode::Malformed);
    }
    post(JSON, b"{\"email\":\"\xff\"}".as_slice()).await.assert_problem(ErrorCode::Malformed);
}

#[actix_web::test]
async fn json_of_another_shape_is_unacceptable() {
    for body in [
        "{}",
        "[]",
        r#"["a@b","x"]"#,
        "null",
        r#"{"email":"a@b"}"#,
        r#"{"email":1,"password":"x"}"#,
        r#"{"email":"a@b","password":null}"#,
        r#"{"email":"a@b","password":"x","remembered":true}"#,
        r#"{"email":"a@b","email":"c@d","password":"x"}"#,
    ] {
        let answer = post(JSON, body).await;
        answer.assert_problem(ErrorCode::Unacceptable);
    }
}

#[actix_web::test]
async fn only_plain_json_is_read() {
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("nonsense"),
        Some("application/jsonx"),
    ] {
        post(content_type, "{}").await.assert_problem(ErrorCode::UnsupportedMediaType);
    }
    post(Some("application/json; charset=utf-8"), "{}").await.assert_problem(ErrorCode::Unacceptable);
}

#[actix_web::test]
async fn a_compressed_body_is_not_read() {
    let app = TestApp::start().await;
    let request = app.client().request(Method::POST, api::LOGIN);
    let request = request.header("Content-Type", "application/json").header("Content-Encoding", "gzip").body("{}");
    app.client().send(request).await.assert_problem(ErrorCode::UnsupportedMediaType);
}

#[actix_web::test]
async fn a_long_body_is_rejected_with_and_without_content_length() {
    let long = "x".repeat(api::MAX_BODY_BYTES + 1);
    post(JSON, long.clone()).await.assert_problem(ErrorCode::BodyTooLarge);
    let chunks = (0..5).map(|_| Ok::<_, std::io::Error>("x".repeat(4096)));
    post(JSON, Body::wrap_stream(futures_util::stream::iter(chunks))).await.assert_problem(ErrorCode::BodyTooLarge);
    let app = TestApp::start().await;
    let request = app.client().request(Method::POST, api::LOGOUT).body(long);
    app.client().send(request).await.assert_problem(ErrorCode::BodyTooLarge);
}

#[actix_web::test]
async fn the_longest_allowed_body_is_read() {
    let body = format!(r#"{{"email":"a@b","password":"{}"}}"#, "x".repeat(api::MAX_BODY_BYTES - 29));
    assert_eq!(body.len(), api::MAX_BODY_BYTES);
    post(JSON, body).await.assert_problem(ErrorCode::BadCredentials);
}

#[actix_web::test]
async fn other_paths_of_the_api_are_404() {
    let app = TestApp::start().await;
    for path in ["/api", "/api/", "/api/nothing", "/api/login/", "/api//login", "/api/login%2f"] {
        app.client().get(path).await.assert_problem(ErrorCode::NotFound);
    }
}

#[actix_web::test]
async fn other_methods_are_405_with_the_allowed_ones() {
    let app = TestApp::start().await;
    let table = [
        (Method::GET, api::LOGIN, "POST"),
        (Method::OPTIONS, api::LOGIN, "POST"),
        (Method::GET, api::LOGOUT, "POST"),
        (Method::POST, api::VERIFY_SESSION, "GET, HEAD"),
        (Method::DELETE, api::ME, "GET, HEAD, PATCH"),
        (Method::PUT, api::HEALTHZ, "GET, HEAD"),
        (Method::POST, "/dashboard", "GET, HEAD"),
        (Method::from_bytes(b"BREW").unwrap(), api::ME, "GET, HEAD, PATCH"),
    ];
    for (method, path, allow) in table {
        let answer = app.client().send(app.client().request(method, path)).await;
        answer.assert_problem(ErrorCode::MethodNotAllowed);
        assert_eq!(answer.header("allow"), Some(allow), "{path}");
    }
}

#[actix_web::test]
async fn every_answer_carries_a_request_id_and_is_not_sniffed() {
    let app = TestApp::start().await;
    for path in [api::VERIFY_SESSION, api::HEALTHZ, "/", "/nowhere", "/favicon.svg"] {
        let answer = app.client().get(path).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert!(answer.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"), "{path}");
        assert!(answer.header("x-request-id").is_some_and(|id| id.len() == 16), "{path}");
    }
    let request = app.client().request(Method::GET, "/healthz").header("X-Request-Id", "from-a-proxy.1");
    assert_eq!(app.client().send(request).await.header("x-request-id"), Some("from-a-proxy.1"));
}

#[actix_web::test]
async fn head_is_answered_as_get_without_a_body() {
    let app = TestApp::start().await;
    for path in [api::HEALTHZ, "/", "/favicon.svg"] {
        let answer = app.client().send(app.client().request(Method::HEAD, path)).await;
        assert_eq!((answer.status, answer.body.len()), (200, 0), "{path}");
    }
}
