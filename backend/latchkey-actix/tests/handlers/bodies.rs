//! Bodies of requests to an app's own routes: how they are refused, and how long they may be.

use latchkey_actix::shared::ErrorCode;
use reqwest::{Body, Method};
use serde_json::json;

use crate::support::{Answer, Client, TestApp};

/// Sends a body of so many bytes, its length announced or not.
async fn send(client: &Client, path: &str, bytes: usize, announced: bool) -> Answer {
    let note = json!({ "title": "x".repeat(1000) }).to_string();
    let mut body = format!("[{}", vec![note; bytes / 1100].join(","));
    body.push_str(&" ".repeat(bytes - body.len() - 1));
    body.push(']');
    let body = if announced {
        Body::from(body)
    } else {
        let chunks: Vec<_> = body.as_bytes().chunks(4096).map(<[u8]>::to_vec).collect();
        Body::wrap_stream(futures_util::stream::iter(chunks.into_iter().map(Ok::<_, std::io::Error>)))
    };
    client.send(client.request(Method::POST, path).header("content-type", "application/json").body(body)).await
}

#[actix_web::test]
async fn a_route_may_have_a_limit_of_its_own() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    for announced in [true, false] {
        for (path, limit) in [
            ("/api/notes", 16 * 1024),
            ("/api/import", 200_000),
            ("/api/picture", 16 * 1024),
            ("/api/big-picture", 200_000),
        ] {
            assert_eq!(send(&client, path, limit, announced).await.status, 200, "{path} {announced}");
            let refused = send(&client, path, limit + 1, announced).await;
            assert_eq!(refused.code(), ErrorCode::BodyTooLarge, "{path} {announced}");
        }
        let login = send(&client, "/api/login", 16 * 1024 + 1, announced).await;
        assert_eq!(login.code(), ErrorCode::BodyTooLarge, "{announced}");
    }
}

#[actix_web::test]
async fn a_body_that_is_not_acceptable_is_a_problem_and_strangers_are_told_nothing_of_it() {
    let app = TestApp::start().await;
    let (client, stranger) = (app.signed_in().await, app.client());
    for (kind, body, code) in [
        ("application/json", "{", ErrorCode::Malformed),
        ("application/json", r#"{"title":1}"#, ErrorCode::Unacceptable),
        ("application/json", r#"["a"]"#, ErrorCode::Unacceptable),
        ("application/json", r#"{"title":""}"#, ErrorCode::Unacceptable),
        ("text/plain", r#"{"title":"a"}"#, ErrorCode::UnsupportedMediaType),
    ] {
        let put = |client: &Client| client.request(Method::PUT, "/api/notes/7").header("content-type", kind).body(body);
        assert_eq!(client.send(put(&client)).await.code(), code, "{body}");
        assert_eq!(stranger.send(put(&stranger)).await.code(), ErrorCode::SessionMissing, "{body}");
    }
    let open_to_all = stranger.call(Method::POST, "/api/echo", json!({ "title": "a" })).await;
    assert_eq!((open_to_all.status, open_to_all.body.as_str()), (200, "a"));
    let unknown_field = client.call(Method::PUT, "/api/notes/7", json!({ "title": "a", "more": 1 })).await;
    assert_eq!(unknown_field.status, 204, "the type decides");
}

#[actix_web::test]
async fn a_session_that_ends_while_its_body_is_held_back_does_nothing() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel::<Result<&'static str, std::io::Error>>();
    let chunks =
        futures_util::stream::unfold(receiver, |mut receiver| async { Some((receiver.recv().await?, receiver)) });
    let request = client.request(Method::PUT, "/api/notes/7").header("content-type", "application/json");
    sender.send(Ok(r#"{"title":"#)).unwrap();
    let answer = client.send(request.body(Body::wrap_stream(chunks)));
    let end = async {
        assert_eq!(client.send(client.request(Method::POST, "/api/logout")).await.status, 204);
        sender.send(Ok(r#""late"}"#)).unwrap();
        drop(sender);
    };
    let (answer, ()) = futures_util::future::join(answer, end).await;
    assert_eq!(answer.code(), ErrorCode::SignedOut);
    let again = app.signed_in().await;
    assert_eq!(again.get("/api/notes/7").await.code(), ErrorCode::NotFound);
}
