//! `GET /healthz` and `GET /readyz`.

use latchkey_shared::{ErrorCode, api};

use crate::support::TestApp;

#[actix_web::test]
async fn without_its_store_the_process_is_alive_but_not_ready() {
    let app = TestApp::start().await;
    assert_eq!(app.client().get(api::READYZ).await.status, 200);
    app.store.switch_off();
    assert_eq!(app.client().get(api::HEALTHZ).await.status, 200);
    app.client().get(api::READYZ).await.assert_problem(ErrorCode::Unavailable);
}
