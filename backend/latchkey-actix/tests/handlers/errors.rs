//! Whatever goes wrong in an app's own routes is a problem, and what failed is in the log once.

use latchkey_actix::shared::ErrorCode;
use reqwest::Method;
use serde_json::json;

use crate::support::{TestApp, listen, log};

#[actix_web::test]
async fn a_failure_is_opaque_to_the_client_and_in_the_log_once() {
    listen();
    let app = TestApp::start().await;
    for (path, code, cause) in [
        ("/api/fails/question-mark", ErrorCode::Internal, "No such file"),
        ("/api/fails/internal", ErrorCode::Internal, "secret 2"),
        ("/api/fails/actix", ErrorCode::Internal, "secret 3"),
        ("/api/fails/down", ErrorCode::Unavailable, "secret 4"),
    ] {
        let answer = app.client().get(path).await;
        assert_eq!(answer.code(), code, "{path}");
        assert!(!answer.body.contains(cause), "{answer:?}");
        assert_eq!(answer.header("retry-after"), (code == ErrorCode::Unavailable).then_some("1"), "{path}");
        let id = answer.header("x-request-id").unwrap();
        let lines: Vec<_> = log().lines().filter(|line| line.contains(cause)).map(str::to_owned).collect();
        assert!(matches!(&lines[..], [line] if line.contains(id) && line.contains("ERROR")), "{lines:?}");
    }
}

/// A connection that is closed without an answer makes browsers send the request again.
#[actix_web::test]
async fn a_handler_that_panics_is_answered_and_named_in_the_log() {
    listen();
    let app = TestApp::start().await;
    let answer = app.client().get("/api/fails/panic").await;
    assert_eq!(answer.code(), ErrorCode::Internal);
    assert!(!answer.body.contains("secret 5"), "{answer:?}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let id = answer.header("x-request-id").unwrap();
    let lines: Vec<_> = log().lines().filter(|line| line.contains(id)).map(str::to_owned).collect();
    assert!(matches!(&lines[..], [line] if line.contains("/api/fails/panic") && line.contains("ERROR")), "{lines:?}");
    assert_eq!(app.client().get("/api/greeting").await.status, 200, "the server goes on");
}

#[actix_web::test]
async fn what_actixs_extractors_refuse_is_a_problem() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    assert_eq!(client.get("/api/notes/seven").await.code(), ErrorCode::NotFound);
    assert_eq!(client.get("/api/notes").await.code(), ErrorCode::Unacceptable);
    assert_eq!(client.get("/api/notes?page=one").await.code(), ErrorCode::Unacceptable);
    assert_eq!(client.get("/api/notes?page=1").await.body, "1");
    for (path, kind, body, code) in [
        ("/api/json", "application/json", "{", ErrorCode::Malformed),
        ("/api/json", "application/json", "{}", ErrorCode::Unacceptable),
        ("/api/json", "text/plain", "{}", ErrorCode::UnsupportedMediaType),
        ("/api/form", "application/x-www-form-urlencoded", "x=1", ErrorCode::Unacceptable),
        ("/api/form", "application/json", "{}", ErrorCode::UnsupportedMediaType),
    ] {
        let request = client.request(Method::POST, path).header("content-type", kind).body(body);
        assert_eq!(client.send(request).await.code(), code, "{path} {kind} {body}");
    }
}

#[actix_web::test]
async fn another_method_of_the_apps_own_path_is_told_which_there_are() {
    let app = TestApp::start().await;
    let answer = app.client().call(Method::PATCH, "/api/notes/7", json!({})).await;
    assert_eq!(answer.code(), ErrorCode::MethodNotAllowed);
    let mut allowed: Vec<_> = answer.header("allow").unwrap().split(", ").collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["DELETE", "GET", "PUT"]);
}

#[actix_web::test]
async fn other_paths_below_api_are_problems_and_latchkeys_own_stay() {
    let app = TestApp::start().await;
    for path in ["/api/nothing", "/api/notes/7/nothing", "/api"] {
        assert_eq!(app.client().get(path).await.code(), ErrorCode::NotFound, "{path}");
    }
    assert_eq!(app.client().get("/api/verify-session").await.code(), ErrorCode::SessionMissing);
}

#[actix_web::test]
async fn the_apps_own_problems_and_answers_are_sent_as_they_are() {
    let app = TestApp::start().await;
    let locked = app.client().get("/api/refuses/custom").await.problem();
    assert_eq!(
        (locked.kind.as_str(), locked.code.as_str(), locked.status),
        ("urn:notes:problem:locked", "locked", 409)
    );
    let forbidden = app.client().get("/api/refuses/forbidden").await.problem();
    assert_eq!((forbidden.code.as_str(), forbidden.detail.as_str()), ("forbidden", "Not yours."));
    let own = app.client().get("/api/refuses/own").await;
    assert_eq!((own.status, own.body.as_str()), (400, "words of my own"));
}

#[actix_web::test]
async fn a_status_without_words_is_a_problem() {
    let app = TestApp::start().await;
    for (path, status, code) in [("/api/refuses/teapot", 418, "im-a-teapot"), ("/api/fails/status", 502, "bad-gateway")]
    {
        let answer = app.client().get(path).await;
        let problem = answer.problem();
        assert_eq!((answer.status, problem.code.as_str(), problem.kind.as_str()), (status, code, "about:blank"));
    }
}
