//! Ended sessions keep their reason for the retention time, and are swept then.

use std::time::Duration;

use latchkey_actix::testing::Retention;
use latchkey_shared::{EndReason, ErrorCode, Problem};

use crate::support::TestApp;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const RETENTION: Retention = Retention { sessions: Duration::from_secs(30 * 24 * 60 * 60), audit: DAY };

#[actix_web::test]
async fn an_ended_session_has_its_reason_until_it_is_swept() {
    let app = TestApp::start().await;
    let (mut revoked, expired) = (app.signed_in().await, app.signed_in().await);
    app.end(&revoked, EndReason::SessionRevoked).await;
    app.advance(30 * DAY);
    app.service().sweep(RETENTION).await.unwrap();
    revoked.clone().verify().await.assert_problem(ErrorCode::SessionRevoked);
    expired.clone().verify().await.assert_problem(ErrorCode::SessionExpired);
    app.advance(8 * DAY);
    assert!(app.service().sweep(RETENTION).await.unwrap() >= 2);
    revoked.verify().await.assert_problem(ErrorCode::SessionMissing);
    // The session was cached until the server polled the store's changes.
    let forgotten =
        async { while expired.clone().verify().await.json::<Problem>().error_code() != ErrorCode::SessionMissing {} };
    tokio::time::timeout(Duration::from_secs(10), forgotten).await.unwrap();
}

#[actix_web::test]
async fn active_sessions_are_not_swept() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    app.advance(6 * DAY);
    app.service().sweep(RETENTION).await.unwrap();
    assert_eq!(client.verify().await.status, 200);
}
