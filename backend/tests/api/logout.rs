//! `POST /api/logout`.

use std::time::Duration;

use latchkey_actix::Token;
use latchkey_shared::{ErrorCode, SignedIn, api};
use reqwest::Method;

use crate::support::TestApp;

#[actix_web::test]
async fn logging_out_ends_the_session_and_removes_the_cookie() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    assert_eq!(client.verify().await.status, 200, "remembered");
    let mut thief = client.clone();
    let answer = client.log_out().await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    answer.assert_removes_cookie();
    let loaded_ahead = "\"prefetchCache\", \"prerenderCache\"";
    assert_eq!(answer.header("clear-site-data"), Some(loaded_ahead), "and neither the app's files nor other cookies");
    let answer = thief.verify().await;
    answer.assert_problem(ErrorCode::SignedOut);
    answer.assert_removes_cookie();
}

#[actix_web::test]
async fn it_says_204_also_when_there_is_nothing_to_end() {
    let app = TestApp::start().await;
    let answer = app.client().log_out().await;
    assert_eq!((answer.status, answer.set_cookie()), (204, None));
    let mut theirs = app.client_with("session=of-another-program");
    let answer = theirs.log_out().await;
    assert_eq!((answer.status, answer.set_cookie()), (204, None));
    let mut never_issued = app.client_with(&format!("session={}", Token::random().to_text()));
    let answer = never_issued.log_out().await;
    assert_eq!(answer.status, 204);
    answer.assert_removes_cookie();
}

#[actix_web::test]
async fn logging_out_keeps_other_sessions() {
    let app = TestApp::start().await;
    let (mut here, mut there) = (app.signed_in().await, app.signed_in().await);
    here.log_out().await;
    assert_eq!(there.verify().await.status, 200);
}

#[actix_web::test]
async fn an_expired_session_stays_expired() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let mut copy = client.clone();
    app.advance(Duration::from_secs(8 * 24 * 60 * 60));
    assert_eq!(client.log_out().await.status, 204);
    copy.verify().await.assert_problem(ErrorCode::SessionExpired);
}

#[actix_web::test]
async fn with_the_store_down_logging_out_can_be_retried() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    app.store.switch_off();
    let answer = client.log_out().await;
    answer.assert_problem(ErrorCode::Unavailable);
    assert_eq!(answer.set_cookie(), None);
    app.store.switch_on();
    assert_eq!(client.log_out().await.status, 204);
}

#[actix_web::test]
async fn a_log_out_that_names_another_session_ends_nothing() {
    let app = TestApp::start().await;
    let mut client = app.client();
    let signed_in: SignedIn = client.log_in().await.json();
    let named = |id: &str| client.request(Method::POST, api::LOGOUT).header(api::SESSION_HEADER, id);
    let (wrong, right) = (named("another"), named(&signed_in.session.id.0));
    let answer = client.send(wrong).await;
    answer.assert_problem(ErrorCode::SessionChanged);
    assert_eq!(answer.set_cookie(), None);
    assert_eq!(client.verify().await.status, 200);
    assert_eq!(client.send(right).await.status, 204);
}
