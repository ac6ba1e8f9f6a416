//! Changes to the database of a running server by others: locks, deletions, restores, unknown values.

use std::time::Duration;

use latchkey_shared::{Device, ErrorCode, Verified, api};
use reqwest::Method;
use serde_json::json;

use crate::support::{Client, TestApp, database::only_on_sqlite, shell::Shell};

/// Much longer than an answer takes, and much shorter than the wait for a lock.
const AT_ONCE: Duration = Duration::from_millis(700);

async fn at_once<T>(answer: impl Future<Output = T>) -> T {
    tokio::time::timeout(AT_ONCE, answer).await.unwrap_or_else(|_| panic!("the answer waited for the lock"))
}

#[actix_web::test]
async fn checks_pages_and_readyz_answer_while_a_shell_holds_the_lock() {
    let app = TestApp::start_with(&["--idle-timeout", "30m"]).await;
    let (mut warm, mut cold) = (app.signed_in().await, app.signed_in().await);
    assert_eq!(warm.verify().await.status, 200);
    app.advance(Duration::from_secs(10 * 60));
    let mut shell = Shell::open(&app.database).await;
    shell.hold_back_writers().await;
    let mut waiting = [(); 3].map(|()| app.client());
    let log_ins = futures_util::future::join_all(waiting.iter_mut().map(Client::log_in));
    let checks = async {
        tokio::time::sleep(Duration::from_millis(1200)).await;
        assert_eq!(at_once(warm.verify()).await.status, 200);
        assert_eq!(at_once(cold.verify()).await.status, 200);
        assert_eq!(at_once(warm.open("/dashboard")).await.status, 200, "which is activity");
        assert_eq!(at_once(warm.get(api::SESSIONS)).await.json::<Vec<Device>>().len(), 2);
        assert_eq!(at_once(app.client().get(api::READYZ)).await.status, 200);
        shell.run("COMMIT").await;
    };
    let (log_ins, ()) = tokio::join!(log_ins, checks);
    assert!(log_ins.iter().all(|answer| answer.status == 200), "they waited until the lock was released");
}

#[actix_web::test]
async fn a_user_deleted_in_a_shell_is_signed_out() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    assert_eq!(client.verify().await.status, 200);
    let mut shell = Shell::open(&app.database).await;
    shell.run("DELETE FROM users").await;
    let answer = client.until_ended().await;
    answer.assert_problem(ErrorCode::SessionMissing);
    answer.assert_removes_cookie();
    assert_eq!(shell.value::<i64>("SELECT count(*) FROM sessions").await, 0);
}

#[actix_web::test]
async fn sessions_ended_or_deleted_in_a_shell_have_ended() {
    let app = TestApp::start().await;
    let (mut ended, mut deleted) = (app.signed_in().await, app.signed_in().await);
    assert_eq!((ended.verify().await.status, deleted.verify().await.status), (200, 200));
    let mut shell = Shell::open(&app.database).await;
    let id = ended.verify().await.json::<Verified>().session.id.0;
    shell.run(&format!("UPDATE sessions SET ended_at = 0, end_reason = 'signed-out' WHERE id = '{id}'")).await;
    ended.until_ended().await.assert_problem(ErrorCode::SignedOut);
    shell.run("DELETE FROM sessions").await;
    deleted.until_ended().await.assert_problem(ErrorCode::SessionMissing);
}

#[actix_web::test]
async fn activity_that_a_shell_moves_back_is_read_again() {
    let app = TestApp::start_with(&["--idle-timeout", "10m"]).await;
    let mut client = app.signed_in().await;
    assert_eq!(client.verify().await.status, 200);
    Shell::open(&app.database).await.run("UPDATE sessions SET last_seen_at = last_seen_at - 600000").await;
    client.until_ended().await.assert_problem(ErrorCode::SessionIdle);
}

#[actix_web::test]
async fn an_unknown_reason_is_a_revocation_and_not_an_outage() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let mut shell = Shell::open(&app.database).await;
    shell.run("UPDATE sessions SET ended_at = 0, end_reason = 'moon-phase'").await;
    let answer = client.verify().await;
    answer.assert_problem(ErrorCode::SessionRevoked);
    answer.assert_removes_cookie();
}

/// A restored copy whose sequence of changes is behind the server's position.
#[actix_web::test]
async fn a_position_beyond_the_end_of_the_sequence_empties_the_cache() {
    if only_on_sqlite("its sequence") {
        return;
    }
    let app = TestApp::start().await;
    let (mut other, mut client) = (app.signed_in().await, app.signed_in().await);
    for name in ["A", "B", "C"] {
        assert_eq!(other.call(Method::PATCH, api::ME, json!({"name": name})).await.status, 200);
    }
    assert_eq!(client.verify().await.status, 200);
    tokio::time::sleep(Duration::from_millis(200)).await;
    // All in one transaction without entries in the feed, as if the file had been replaced.
    Shell::open(&app.database)
        .await
        .run(
            "BEGIN;
             DROP TRIGGER sessions_changed;
             DELETE FROM session_changes WHERE seq > 2;
             UPDATE sqlite_sequence SET seq = 2;
             UPDATE sessions SET ended_at = 0, end_reason = 'session-revoked';
             COMMIT",
        )
        .await;
    client.until_ended().await.assert_problem(ErrorCode::SessionRevoked);
}

/// The same, but the restored copy has passed the server's position already when the server polls again.
#[actix_web::test]
async fn another_history_at_the_same_positions_empties_the_cache_too() {
    if only_on_sqlite("its sequence") {
        return;
    }
    let app = TestApp::start().await;
    let (mut other, mut client) = (app.signed_in().await, app.signed_in().await);
    assert_eq!(other.call(Method::PATCH, api::ME, json!({"name": "A"})).await.status, 200);
    assert_eq!(client.verify().await.status, 200);
    tokio::time::sleep(Duration::from_millis(200)).await;
    Shell::open(&app.database)
        .await
        .run(
            "BEGIN;
             DROP TRIGGER sessions_changed;
             UPDATE session_changes SET token_hash = zeroblob(32);
             INSERT INTO session_changes (token_hash) VALUES (zeroblob(32)), (zeroblob(32));
             UPDATE sessions SET ended_at = 0, end_reason = 'session-revoked';
             COMMIT",
        )
        .await;
    client.until_ended().await.assert_problem(ErrorCode::SessionRevoked);
}
