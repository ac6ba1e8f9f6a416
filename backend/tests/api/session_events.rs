//! `GET /api/session-events`.

use std::time::Duration;

use latchkey_actix::{Token, Verdict, testing::SessionEvent};
use latchkey_shared::{EndReason, ErrorCode, api};
use reqwest::Method;
use serde_json::json;

use crate::support::{Client, TestApp};

/// The event stream of a client, as text.
struct Events(reqwest::Response);

impl Events {
    /// Opens the stream and reads the event that it begins with.
    async fn open(client: &Client<'_>) -> Self {
        let (events, first) = Self::open_with_first(client).await;
        assert_eq!(first, Self::user(1));
        events
    }

    async fn open_with_first(client: &Client<'_>) -> (Self, Option<String>) {
        let response = client.request(Method::GET, api::SESSION_EVENTS).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let mut events = Self(response);
        assert_eq!(events.next().await.as_deref(), Some("retry: 2000\n: open\n\n"));
        let first = events.next().await;
        (events, first)
    }

    async fn next(&mut self) -> Option<String> {
        let chunk = tokio::time::timeout(Duration::from_secs(10), self.0.chunk()).await;
        chunk.unwrap().unwrap().map(|chunk| String::from_utf8(chunk.to_vec()).unwrap())
    }

    fn user(version: u64) -> Option<String> {
        Some(format!("event: user-changed\ndata: {{\"user_version\":{version}}}\n\n"))
    }

    fn ended(reason: &str) -> Option<String> {
        Some(format!("event: ended\ndata: {{\"code\":\"{reason}\"}}\n\n"))
    }
}

#[actix_web::test]
async fn an_end_from_another_device_is_sent_at_once_and_is_the_last_event() {
    let app = TestApp::start().await;
    let (here, mut there) = (app.signed_in().await, app.signed_in().await);
    let mut events = Events::open(&here).await;
    assert_eq!(there.delete(api::SESSIONS).await.status, 200);
    assert_eq!(events.next().await, Events::ended("session-revoked"));
    assert_eq!(events.next().await, None);
}

#[actix_web::test]
async fn an_end_by_another_process_is_sent_too() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    let mut events = Events::open(&client).await;
    app.end(&client, EndReason::AccountDisabled).await;
    assert_eq!(events.next().await, Events::ended("account-disabled"));
}

#[actix_web::test]
async fn the_end_at_the_deadline_is_sent_when_it_passes() {
    let app = TestApp::start_in_the_present_with(&["--session-lifetime", "1s"]).await;
    let client = app.signed_in().await;
    let mut events = Events::open(&client).await;
    let event = events.next();
    // The stream waits a second of real time, during which the test's clock is moved.
    app.advance(Duration::from_secs(1));
    assert_eq!(event.await, Events::ended("session-expired"));
}

#[actix_web::test]
async fn a_change_of_the_user_is_sent_to_every_device() {
    let app = TestApp::start().await;
    let (mut here, there) = (app.signed_in().await, app.signed_in().await);
    let mut events = Events::open(&there).await;
    here.call(Method::PATCH, api::ME, json!({"name": "Ada L."})).await;
    assert_eq!(events.next().await, Events::user(2));
    there.clone().log_out().await;
    assert_eq!(events.next().await, Events::ended("signed-out"));
}

#[actix_web::test]
async fn a_change_between_the_page_and_the_stream_is_the_streams_first_event() {
    let app = TestApp::start().await;
    let (mut here, there) = (app.signed_in().await, app.signed_in().await);
    here.call(Method::PATCH, api::ME, json!({"name": "Ada L."})).await;
    let (_events, first) = Events::open_with_first(&there).await;
    assert_eq!(first, Events::user(2));
}

#[actix_web::test]
async fn heartbeats_continue_while_the_session_is_active_all_the_time() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    let token = Token::parse(client.cookie.as_deref().unwrap().strip_prefix("session=").unwrap()).unwrap();
    let Verdict::Active(session) = app.service().verify(Some(&token)).await else { panic!("signed in") };
    let mut events = app.service().events_with_heartbeat(&session, Duration::from_millis(60)).unwrap();
    let service = app.service().clone();
    let touching = actix_web::rt::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            service.invalidate_all();
        }
    });
    for expected in [SessionEvent::UserChanged(1), SessionEvent::Heartbeat, SessionEvent::Heartbeat] {
        let event = tokio::time::timeout(Duration::from_secs(5), events.next()).await;
        assert_eq!(event, Ok(Some(expected)));
    }
    touching.abort();
}

#[actix_web::test]
async fn the_streams_of_a_session_are_bounded_and_freed_when_closed() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let mut open = Vec::new();
    for _ in 0..6 {
        open.push(Events::open(&client).await);
    }
    let answer = client.get(api::SESSION_EVENTS).await;
    answer.assert_problem(ErrorCode::Unavailable);
    assert_eq!((answer.header("retry-after"), answer.set_cookie()), (Some("1"), None));
    assert_eq!(client.verify().await.status, 200);
    Events::open(&app.signed_in().await).await;
}

#[actix_web::test]
async fn the_streams_of_the_server_are_bounded() {
    let app = TestApp::start_with(&["--event-streams", "1"]).await;
    let (first, mut second) = (app.signed_in().await, app.signed_in().await);
    let _open = Events::open(&first).await;
    second.get(api::SESSION_EVENTS).await.assert_problem(ErrorCode::Unavailable);
}

#[actix_web::test]
async fn an_outage_is_not_an_end() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    let mut events = Events::open(&client).await;
    app.store.switch_off();
    app.service().invalidate_all();
    app.store.switch_on();
    app.end(&client, EndReason::SessionRevoked).await;
    assert_eq!(events.next().await, Events::ended("session-revoked"));
}

#[actix_web::test]
async fn an_ended_session_gets_no_stream_and_keeps_its_cookie_for_the_next_check() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    app.end(&client, EndReason::SessionRevoked).await;
    let answer = client.get(api::SESSION_EVENTS).await;
    answer.assert_problem(ErrorCode::SessionRevoked);
    assert_eq!(answer.set_cookie(), None);
    let answer = client.verify().await;
    answer.assert_problem(ErrorCode::SessionRevoked);
    answer.assert_removes_cookie();
}

#[actix_web::test]
async fn a_stopping_server_does_not_wait_for_streams() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    let mut events = Events::open(&client).await;
    app.stop().await;
    assert_eq!(events.next().await, None);
}
