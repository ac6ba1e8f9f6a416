//! Ends by time are final: once one was reported, nothing makes the session active again.

use std::time::Duration;

use latchkey_actix::{
    clock::Monotonic,
    store::{SessionStore, StoreError},
    testing::{Retention, Sweeper},
};
use latchkey_shared::{Device, EndReason, ErrorCode, api};
use reqwest::Method;

use crate::support::{Client, TestApp, shell::Shell};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const IDLE: &[&str] = &["--idle-timeout", "10m"];
const SLIDING: &[&str] = &["--session-lifetime", "1h", "--session-refresh", "sliding"];

/// The stored end reason of the only session.
async fn written(app: &TestApp) -> Option<String> {
    Shell::open(&app.database).await.value("SELECT end_reason FROM sessions").await
}

async fn refresh(client: &mut Client<'_>) -> crate::support::Answer {
    client.send(client.request(Method::POST, api::REFRESH_SESSION)).await
}

#[actix_web::test]
async fn an_end_by_time_is_written_before_it_is_reported() {
    for (flags, minutes, reason) in [(IDLE, 10, EndReason::SessionIdle), (SLIDING, 60, EndReason::SessionExpired)] {
        let app = TestApp::start_with(flags).await;
        let mut client = app.signed_in().await;
        assert_eq!(client.verify().await.status, 200);
        app.advance(minutes * MINUTE);
        client.clone().verify().await.assert_problem(reason.into());
        assert_eq!(written(&app).await.as_deref(), Some(reason.as_str()));
        client.verify().await.assert_problem(reason.into());
    }
}

#[actix_web::test]
async fn an_end_that_cannot_be_written_is_not_reported() {
    let app = TestApp::start_with(IDLE).await;
    let mut client = app.signed_in().await;
    app.advance(10 * MINUTE);
    let mut shell = Shell::open(&app.database).await;
    shell.hold_back_writers().await;
    let answer = client.verify().await;
    answer.assert_problem(ErrorCode::Unavailable);
    assert_eq!(answer.set_cookie(), None);
    shell.run("COMMIT").await;
    client.verify().await.assert_problem(ErrorCode::SessionIdle);
}

#[actix_web::test]
async fn a_cached_deadline_that_another_server_moved_ends_nothing() {
    let app = TestApp::start_with(IDLE).await;
    let beside = TestApp::start_beside_with(&app, IDLE).await;
    let client = app.signed_in().await;
    let mut there = beside.client_with(client.cookie.as_deref().unwrap());
    assert_eq!((client.clone().verify().await.status, there.verify().await.status), (200, 200));
    for _ in 0..3 {
        app.advance(9 * MINUTE);
        assert_eq!(client.clone().open("/dashboard").await.status, 200, "a user is active on one server");
        app.service().flush_activity().await;
        assert_eq!(there.verify().await.status, 200, "and the other one is not notified, but reads the store");
    }
}

#[actix_web::test]
async fn a_session_that_one_server_ended_stays_ended_on_another_with_other_limits() {
    let app = TestApp::start().await;
    let strict = TestApp::start_beside_with(&app, IDLE).await;
    let client = app.signed_in().await;
    let mut there = strict.client_with(client.cookie.as_deref().unwrap());
    assert_eq!(client.clone().verify().await.status, 200);
    app.advance(10 * MINUTE);
    there.verify().await.assert_problem(ErrorCode::SessionIdle);
    let ended = async { while client.clone().verify().await.status == 200 {} };
    tokio::time::timeout(Duration::from_secs(10), ended).await.unwrap();
    client.clone().verify().await.assert_problem(ErrorCode::SessionIdle);
    let again = TestApp::start_beside_with(&app, &["--idle-timeout", "1d"]).await;
    again.client_with(client.cookie.as_deref().unwrap()).verify().await.assert_problem(ErrorCode::SessionIdle);
}

#[actix_web::test]
async fn a_late_refresh_gets_the_reason_and_no_cookie() {
    let app = TestApp::start_with(SLIDING).await;
    let client = app.signed_in().await;
    // The session ends between the check of the request and its write.
    app.advance(30 * MINUTE);
    let mut shell = Shell::open(&app.database).await;
    shell.hold_back_writers().await;
    let mut late = client.clone();
    let end = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        shell.run("UPDATE sessions SET ended_at = 0, end_reason = 'password-changed'; COMMIT").await;
    };
    let (answer, ()) = tokio::join!(refresh(&mut late), end);
    answer.assert_problem(ErrorCode::PasswordChanged);
    answer.assert_removes_cookie();
    refresh(&mut client.clone()).await.assert_problem(ErrorCode::PasswordChanged);
}

#[actix_web::test]
async fn activity_counts_before_it_is_written() {
    let app = TestApp::start_with(IDLE).await;
    let mut client = app.signed_in().await;
    let mut shell = Shell::open(&app.database).await;
    app.advance(9 * MINUTE);
    shell.hold_back_writers().await;
    assert_eq!(client.open("/dashboard").await.status, 200);
    app.advance(9 * MINUTE);
    app.service().invalidate_all();
    assert_eq!(client.verify().await.status, 200, "idle in the store, but active on this server");
    shell.run("COMMIT").await;
    app.service().flush_activity().await;
    app.service().invalidate_all();
    assert_eq!(client.verify().await.status, 200);
    app.advance(MINUTE);
    client.verify().await.assert_problem(ErrorCode::SessionIdle);
}

#[actix_web::test]
async fn idle_sessions_are_not_listed_or_counted_or_part_of_the_limit() {
    let app =
        TestApp::start_with(&["--idle-timeout", "10m", "--sessions-per-user", "2", "--metrics-listen", "127.0.0.1:0"])
            .await;
    let mut first = app.signed_in().await;
    app.signed_in().await;
    app.advance(6 * MINUTE);
    assert_eq!(first.open("/dashboard").await.status, 200);
    app.advance(6 * MINUTE);
    app.service().invalidate_all();
    assert_eq!(first.get(api::SESSIONS).await.json::<Vec<Device>>().len(), 1);
    app.service().flush_activity().await;
    assert!(app.metrics().await.contains("latchkey_active_sessions 1\n"));
    let mut third = app.signed_in().await;
    assert_eq!((first.verify().await.status, third.verify().await.status), (200, 200));
}

const RETENTION: Retention = Retention { sessions: Duration::from_secs(30 * 24 * 60 * 60), audit: DAY };

#[actix_web::test]
async fn the_sweeper_writes_the_ends_of_unchecked_sessions() {
    let app = TestApp::start_with(IDLE).await;
    app.signed_in().await;
    app.advance(11 * MINUTE);
    let mut sweeper = Sweeper::new(app.service().clone(), RETENTION);
    sweeper.tick(Monotonic::now()).await.unwrap();
    assert_eq!(written(&app).await.as_deref(), Some("session-idle"));
}

#[actix_web::test]
async fn after_a_jump_of_the_clock_nothing_is_deleted_and_no_session_ends() -> Result<(), StoreError> {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    app.end(&client, EndReason::SessionRevoked).await;
    app.signed_in().await;
    let start = Monotonic::now();
    let mut sweeper = Sweeper::new(app.service().clone(), RETENTION);
    sweeper.tick(start).await?;
    app.advance(60 * DAY);
    assert_eq!(sweeper.tick(start.after(MINUTE)).await?, 0);
    // Also if the clock had jumped before the server started, and a user signs in meanwhile.
    let mut restarted = Sweeper::new(app.service().clone(), RETENTION);
    assert_eq!(restarted.tick(start).await?, 0);
    app.signed_in().await;
    assert_eq!(restarted.tick(start.after(MINUTE)).await?, 0);
    client.clone().verify().await.assert_problem(ErrorCode::SessionRevoked);
    assert_eq!(app.store.sessions(None, (app.service().now() - 55 * DAY).into()).await?.len(), 2);
    // A clock that stays ahead for a day is accepted.
    app.advance(DAY);
    assert!(restarted.tick(start.after(DAY + MINUTE)).await? > 0);
    client.clone().verify().await.assert_problem(ErrorCode::SessionMissing);
    Ok(())
}
