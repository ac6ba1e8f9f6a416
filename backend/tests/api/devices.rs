//! `/api/sessions`.

use std::time::Duration;

use latchkey_shared::{Device, EndedSessions, ErrorCode, SignedIn, api};
use reqwest::Method;

use crate::support::{Client, TestApp};

async fn devices(client: &mut Client<'_>) -> Vec<Device> {
    client.get(api::SESSIONS).await.json()
}

async fn end(client: &mut Client<'_>, device: &Device) -> crate::support::Answer {
    client.delete(&api::SESSION.replace("{id}", &device.id.0)).await
}

#[actix_web::test]
async fn sessions_are_listed_newest_first_and_the_current_one_is_marked() {
    let app = TestApp::start().await;
    let mut here = app.signed_in().await;
    app.advance(Duration::from_secs(60));
    let request = app.client().request(Method::POST, api::LOGIN).header("User-Agent", "Testbrowser/1.0");
    let login = serde_json::json!({"email": crate::support::EMAIL, "password": crate::support::PASSWORD});
    let there: SignedIn = app.client().send(request.json(&login)).await.json();
    let [latest, first] = devices(&mut here).await.try_into().unwrap();
    assert_eq!(
        (latest.id, latest.current, latest.user_agent.as_deref()),
        (there.session.id, false, Some("Testbrowser/1.0"))
    );
    assert_eq!((first.current, first.ip.as_deref(), first.user_agent), (true, Some("127.0.0.1"), None));
    assert_eq!((first.created_at, latest.created_at.0.as_str()), (first.last_seen_at, "2027-01-15T08:01:00Z"));
}

#[actix_web::test]
async fn an_ended_session_is_answered_with_its_reason() {
    let app = TestApp::start().await;
    let (mut here, mut there) = (app.signed_in().await, app.signed_in().await);
    assert_eq!(there.verify().await.status, 200);
    let other = devices(&mut here).await.into_iter().find(|device| !device.current).unwrap();
    assert_eq!(end(&mut here, &other).await.status, 204);
    there.verify().await.assert_problem(ErrorCode::SessionRevoked);
    assert_eq!(devices(&mut here).await.len(), 1);
    assert_eq!(end(&mut here, &other).await.status, 204, "again");
}

#[actix_web::test]
async fn ending_the_current_session_is_signing_out() {
    let app = TestApp::start().await;
    let mut here = app.signed_in().await;
    let mut copy = here.clone();
    app.advance(Duration::from_secs(60 * 60));
    let this = devices(&mut here).await.remove(0);
    let answer = end(&mut here, &this).await;
    assert_eq!(answer.status, 204, "without a new proof of the password");
    answer.assert_removes_cookie();
    copy.verify().await.assert_problem(ErrorCode::SignedOut);
}

#[actix_web::test]
async fn all_other_sessions_end_at_once() {
    let app = TestApp::start().await;
    let (mut a, mut b, mut here) = (app.signed_in().await, app.signed_in().await, app.signed_in().await);
    assert_eq!(here.delete(api::SESSIONS).await.json::<EndedSessions>().ended, 2);
    for other in [&mut a, &mut b] {
        other.verify().await.assert_problem(ErrorCode::SessionRevoked);
    }
    assert_eq!(here.verify().await.status, 200);
    assert_eq!(here.delete(api::SESSIONS).await.json::<EndedSessions>().ended, 0);
}

#[actix_web::test]
async fn ending_other_sessions_needs_a_recent_authentication() {
    let app = TestApp::start().await;
    let (mut there, mut here) = (app.signed_in().await, app.signed_in().await);
    app.advance(Duration::from_secs(15 * 60 + 1));
    let other = devices(&mut here).await.into_iter().find(|device| !device.current).unwrap();
    for answer in [here.delete(api::SESSIONS).await, end(&mut here, &other).await] {
        answer.assert_problem(ErrorCode::ReauthRequired);
        assert_eq!(answer.set_cookie(), None);
    }
    assert_eq!(there.verify().await.status, 200);
    assert_eq!(here.log_in().await.status, 200);
    assert_eq!(end(&mut here, &other).await.status, 204);
}

#[actix_web::test]
async fn beyond_the_limit_the_least_recently_used_session_ends() {
    let app = TestApp::start_with(&["--sessions-per-user", "2"]).await;
    let mut first = app.signed_in().await;
    app.advance(Duration::from_secs(1));
    let mut second = app.signed_in().await;
    assert_eq!(first.verify().await.status, 200);
    app.advance(Duration::from_secs(1));
    let mut third = app.signed_in().await;
    first.verify().await.assert_problem(ErrorCode::SessionRevoked);
    assert_eq!((second.verify().await.status, third.verify().await.status), (200, 200));
}

#[actix_web::test]
async fn with_the_store_down_no_end_is_reported() {
    let app = TestApp::start().await;
    let mut here = app.signed_in().await;
    app.store.switch_off();
    here.delete(api::SESSIONS).await.assert_problem(ErrorCode::Unavailable);
    here.get(api::SESSIONS).await.assert_problem(ErrorCode::Unavailable);
}
