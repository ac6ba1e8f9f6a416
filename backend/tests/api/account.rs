//! `GET /api/me`.

use latchkey_shared::{ErrorCode, SignedIn, User, api};

use crate::support::TestApp;

#[actix_web::test]
async fn the_user_of_the_session_is_told() {
    let app = TestApp::start().await;
    let mut client = app.client();
    let signed_in: SignedIn = client.log_in().await.json();
    let answer = client.get(api::ME).await;
    assert_eq!((answer.status, answer.json::<User>()), (200, signed_in.user));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[actix_web::test]
async fn without_a_session_nobody_is() {
    let app = TestApp::start().await;
    app.client()
        .get(api::ME)
        .await
        .assert_problem(ErrorCode::SessionMissing);
}

#[actix_web::test]
async fn with_the_store_down_nobody_can_tell() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    app.store.switch_off();
    client.get(api::ME).await.assert_problem(ErrorCode::Unavailable);
}
