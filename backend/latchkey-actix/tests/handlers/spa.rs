//! The documents of another app than Latchkey's own: other pages, another sign-in page, and none of Yew.

use std::borrow::Cow;

use latchkey_actix::{Spa, shared::ErrorCode};
use reqwest::Method;

use crate::{app, support::TestApp};

const PAGES: &str = r#"{"/":"public","/sign-in":"signed-out","/notes/:id":"signed-in","/files/*path":"signed-in","/profile":"signed-in"}"#;

async fn app(index: String) -> TestApp {
    let files: [(&str, Cow<'static, [u8]>); 2] =
        [("index.html", Cow::Owned(index.into_bytes())), ("app.js", Cow::Borrowed(b"document.title = 'x'"))];
    let spa = Spa::from_files(files).unwrap();
    TestApp::start_with(|builder| builder.spa(spa), app::routes).await
}

async fn with_pages() -> TestApp {
    app(format!("<!doctype html><script id=latchkey-pages type=application/json>{PAGES}</script><div id=root></div><script src=/app.js></script>")).await
}

#[actix_web::test]
async fn a_deep_link_survives_signing_in_to_the_last_letter() {
    let app = with_pages().await;
    for (path, next) in [
        ("/notes/7", "%2Fnotes%2F7"),
        ("/notes/a%20b%2Fc?edit=1&x=%26%20+", "%2Fnotes%2Fa%2520b%252Fc%3Fedit%3D1%26x%3D%2526%2520%2B"),
        ("/notes/%C3%A9.txt", "%2Fnotes%2F%25C3%25A9.txt"),
        ("/files/a/b.tar.gz", "%2Ffiles%2Fa%2Fb.tar.gz"),
        ("/profile?", "%2Fprofile%3F"),
    ] {
        let answer = app.client().get(path).await;
        let location = format!("/sign-in?next={next}&reason=session-missing");
        assert_eq!((answer.status, answer.header("location")), (303, Some(location.as_str())), "{path}");
    }
}

#[actix_web::test]
async fn a_signed_in_user_gets_every_page_with_the_session_in_it() {
    let app = with_pages().await;
    let client = app.signed_in().await;
    for path in ["/", "/sign-in", "/notes/7", "/notes/7?edit=1", "/files/a/b.js", "/profile"] {
        let page = client.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.contains(r#"<script type="application/json" id="initial-session">{"#), "{path}");
        assert!(page.body.contains(r#""name":"Ada""#) && page.body.matches("Ada").count() == 1, "{path}");
        assert!(page.body.find("initial-session") < page.body.find("<div id=root>"), "{path}");
    }
    assert_eq!(client.get("/notes/7/").await.header("location"), Some("/notes/7"));
    assert_eq!(client.get("/nowhere").await.status, 404);
    assert_eq!(client.get("/app.js").await.body, "document.title = 'x'");
    assert_eq!(client.get("/other.js").await.code(), ErrorCode::NotFound);
}

#[actix_web::test]
async fn where_no_page_changes_a_password_there_is_no_such_address() {
    let app = with_pages().await;
    assert_eq!(app.client().get("/.well-known/change-password").await.code(), ErrorCode::NotFound);
}

#[actix_web::test]
async fn an_app_without_a_page_table_is_public_everywhere() {
    let app =
        app("<!doctype html><html><head><title>x</title></head><body><main>Hello</main></body></html>".into()).await;
    let client = app.signed_in().await;
    for path in ["/", "/anything", "/deep/link?x=1"] {
        let page = app.client().get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(
            page.body.contains(r#"id="initial-session">{"reason":"session-missing"}</script></head>"#),
            "{}",
            page.body
        );
        let page = client.get(path).await;
        assert!(
            page.body.contains(r#""name":"Ada""#) && page.body.ends_with("<main>Hello</main></body></html>"),
            "{path}"
        );
    }
    let missing = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200";
    assert_eq!(app.client().get(missing).await.status, 404);
    assert_eq!(app.client().get("/missing.js").await.code(), ErrorCode::NotFound);
    assert_eq!(app.client().get("/api/missing").await.code(), ErrorCode::NotFound);
    let post = app.client().send(app.client().request(Method::POST, "/anything")).await;
    assert_eq!((post.code(), post.header("allow")), (ErrorCode::MethodNotAllowed, Some("GET, HEAD")));
}
