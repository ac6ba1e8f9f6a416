//! Mutations that another site sent.

use latchkey_shared::{ErrorCode, api};
use reqwest::Method;

use crate::support::TestApp;

#[actix_web::test]
async fn another_site_cannot_sign_a_user_out() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    for (name, value) in [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example"), ("Origin", "null")] {
        let request = client.request(Method::POST, api::LOGOUT).header(name, value);
        let answer = client.send(request).await;
        answer.assert_problem(ErrorCode::CrossSite);
        assert!(answer.text().contains("LATCHKEY_PUBLIC_URL"), "the log names the setting");
        assert_eq!((answer.set_cookie(), answer.header("x-content-type-options")), (None, Some("nosniff")));
    }
    assert_eq!(client.verify().await.status, 200);
}

#[actix_web::test]
async fn another_site_cannot_sign_a_user_in() {
    let app = TestApp::start().await;
    let request = app.client().request(Method::POST, api::LOGIN).header("Sec-Fetch-Site", "cross-site").body("");
    app.client().send(request).await.assert_problem(ErrorCode::CrossSite);
}

#[actix_web::test]
async fn the_own_pages_can_do_both() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let request = client.request(Method::POST, api::LOGOUT).header("Origin", &app.url);
    assert_eq!(client.send(request).await.status, 204);
}
