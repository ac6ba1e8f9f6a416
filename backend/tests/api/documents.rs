//! The app's pages: their access and the embedded session.

use std::{io::Read, time::Duration};

use flate2::read::GzDecoder;
use latchkey_shared::{EndReason, ErrorCode, InitialSession, SignedIn, api};
use reqwest::Method;

use crate::support::{Answer, PASSWORD, TestApp};

/// The session embedded in a page; `None` if there is none.
fn initial(page: &Answer) -> Option<InitialSession> {
    let (_, rest) = std::str::from_utf8(&page.body)
        .unwrap()
        .split_once(r#"<script type="application/json" id="initial-session">"#)?;
    Some(serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap())
}

fn reason(page: &Answer) -> EndReason {
    let Some(InitialSession::Ended { reason }) = initial(page) else { panic!("{page:?}") };
    reason
}

#[actix_web::test]
async fn a_signed_in_user_gets_every_page_with_the_session_embedded() {
    let app = TestApp::start().await;
    let mut client = app.client();
    let signed_in: SignedIn = client.log_in().await.json();
    for path in ["/", "/dashboard", "/account", "/auth", "/dashboard?tab=1"] {
        let page = client.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
        for (name, value) in [
            ("cache-control", "no-store"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), Some(value), "{path}");
        }
        assert_eq!(initial(&page), Some(InitialSession::Active(signed_in.clone())), "{path}");
        assert!(page.text().contains("<p id=initial-user>Ada</p>"), "{path}");
    }
}

#[actix_web::test]
async fn a_name_is_shown_as_it_is_written() {
    let app = TestApp::start().await;
    app.add_user("eve@example.org", "<i>Eve</i>").await;
    let mut client = app.client();
    client.log_in_as("eve@example.org", PASSWORD).await;
    let page = client.get("/").await.text();
    assert!(page.contains("<p id=initial-user>&lt;i&gt;Eve&lt;/i&gt;</p>"), "{page}");
}

#[actix_web::test]
async fn a_page_is_compressed_for_clients_that_accept_it() {
    let app = TestApp::start().await;
    let client = app.client();
    let request = client.request(Method::GET, "/").header("Accept-Encoding", "gzip");
    let compressed = app.client().send(request).await;
    assert_eq!(
        (compressed.header("content-encoding"), compressed.header("vary")),
        (Some("gzip"), Some("Accept-Encoding")),
    );
    let mut page = String::new();
    GzDecoder::new(compressed.body.as_slice()).read_to_string(&mut page).unwrap();
    assert_eq!(page, app.client().get("/").await.text());
}

#[actix_web::test]
async fn without_a_session_public_pages_embed_the_reason() {
    let app = TestApp::start().await;
    for path in ["/", "/auth"] {
        let page = app.client().get(path).await;
        assert_eq!((page.status, reason(&page)), (200, EndReason::SessionMissing));
    }
}

#[actix_web::test]
async fn without_a_session_signed_in_pages_redirect_to_the_sign_in_page() {
    let app = TestApp::start().await;
    for (path, next) in [("/dashboard", "%2Fdashboard"), ("/account?tab=a&x=%20", "%2Faccount%3Ftab%3Da%26x%3D%2520")] {
        let answer = app.client().get(path).await;
        let location = format!("/auth?next={next}&reason=session-missing");
        assert_eq!((answer.status, answer.header("location")), (303, Some(location.as_str())));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[actix_web::test]
async fn a_redirect_has_the_reason_and_leaves_the_cookie_to_the_api() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    app.advance(Duration::from_secs(8 * 24 * 60 * 60));
    let answer = client.get("/dashboard").await;
    assert_eq!(answer.header("location"), Some("/auth?next=%2Fdashboard&reason=session-expired"));
    assert_eq!(answer.set_cookie(), None, "a late document must not delete a fresh cookie");
    let page = client.get("/").await;
    assert_eq!((page.status, reason(&page), page.set_cookie()), (200, EndReason::SessionExpired, None));
}

#[actix_web::test]
async fn with_the_store_down_nothing_is_redirected_and_nothing_is_embedded() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    app.store.switch_off();
    for path in ["/", "/dashboard", "/auth"] {
        let page = client.get(path).await;
        assert_eq!((page.status, page.text().contains("initial-session")), (200, false));
    }
}

#[actix_web::test]
async fn an_unknown_page_is_the_app_with_a_404() {
    let app = TestApp::start().await;
    for path in ["/nowhere", "/Dashboard", "//evil", "//evil/", "/%5cevil"] {
        let page = app.client().get(path).await;
        assert_eq!((page.status, page.header("content-type")), (404, Some("text/html; charset=utf-8")), "{path}");
    }
    app.client().get("/nothing.js").await.assert_problem(ErrorCode::NotFound);
}

#[actix_web::test]
async fn a_trailing_slash_is_redirected_permanently_and_the_query_is_kept() {
    let app = TestApp::start().await;
    for (path, location) in [
        ("/dashboard/", "/dashboard"),
        ("/account/?tab=a&next=/b/", "/account?tab=a&next=/b/"),
        ("/dashboard//", "/dashboard"),
        ("/nowhere/", "/nowhere"),
    ] {
        let answer = app.client().get(path).await;
        assert_eq!((answer.status, answer.header("location")), (308, Some(location)));
    }
    assert_eq!(app.client().get("/").await.status, 200);
}

#[actix_web::test]
async fn the_well_known_url_redirects_to_the_change_of_password() {
    let app = TestApp::start().await;
    let answer = app.client().get("/.well-known/change-password").await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/account")));
}

#[actix_web::test]
async fn a_page_may_run_only_its_own_scripts() {
    let app = TestApp::start().await;
    let page = app.client().get("/").await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-") && !policy.contains("unsafe-inline"),
        "{policy}"
    );
}

#[actix_web::test]
async fn markup_in_a_name_is_escaped() {
    let app = TestApp::start().await;
    app.add_user("eve@example.org", "</script><script>alert(1)</script>").await;
    let mut eve = app.client();
    let signed_in: SignedIn = eve.log_in_as("eve@example.org", crate::support::PASSWORD).await.json();
    let page = eve.get("/dashboard").await;
    assert!(!page.text().contains("<script>alert"));
    assert_eq!(initial(&page), Some(InitialSession::Active(signed_in)));
}

#[actix_web::test]
async fn with_a_cookie_that_was_never_issued_signed_in_pages_redirect() {
    let app = TestApp::start().await;
    let mut client = app.client_with("session=garbage");
    let answer = client.send(client.request(Method::GET, "/account")).await;
    assert_eq!(answer.header("location"), Some("/auth?next=%2Faccount&reason=session-missing"));
}

#[actix_web::test]
async fn every_check_names_the_build_of_the_page() {
    let app = TestApp::start().await;
    let page = app.client().get("/").await.text();
    let (_, rest) = page.split_once("<meta name=\"latchkey-build\" content=\"").unwrap();
    let build = rest.split_once('"').unwrap().0;
    assert_eq!(build.len(), 16);
    let mut client = app.signed_in().await;
    assert_eq!(client.verify().await.header(api::BUILD_HEADER), Some(build));
    app.end(&client, EndReason::SessionRevoked).await;
    while client.clone().verify().await.status == 200 {}
    for expected in [ErrorCode::SessionRevoked, ErrorCode::SessionMissing] {
        let answer = client.verify().await;
        answer.assert_problem(expected);
        assert_eq!(answer.header(api::BUILD_HEADER), Some(build));
    }
    let mut client = app.signed_in().await;
    app.store.switch_off();
    let answer = client.verify().await;
    answer.assert_problem(ErrorCode::Unavailable);
    assert_eq!(answer.header(api::BUILD_HEADER), Some(build));
}
