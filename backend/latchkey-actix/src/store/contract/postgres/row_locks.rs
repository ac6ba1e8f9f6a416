//! Concurrent writers: which ones wait for each other, and the outcome.

use super::*;

/// The number of statements that are waiting for a lock.
pub const WAITING: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

/// Without a lock on the user's row, `INSERT … SELECT … WHERE password_hash = …` would insert the session.
#[tokio::test]
async fn a_log_in_with_the_old_password_waits_for_the_change_and_is_rejected() {
    let database = Database::new().await;
    let (store, other) = (database.open().await, database.open().await);
    add(&store, "ada").await;
    for change in ["password_hash = 'new'", "disabled_at = 1"] {
        let mut shell = database.shell().await;
        shell.run("UPDATE users SET password_hash = 'hash of ada', disabled_at = NULL").await;
        shell.run(&format!("BEGIN; UPDATE users SET {change}")).await;
        let log_in = tokio::spawn({
            let other = other.clone();
            async move { insert(&other, &session("ada", 1), "hash of ada", 50).await.unwrap() }
        });
        wait_for_a_lock(&database).await;
        assert!(!log_in.is_finished());
        shell.run("COMMIT").await;
        assert_eq!(log_in.await.unwrap(), InsertSessionOutcome::AccountChanged, "{change}");
    }
}

#[tokio::test]
async fn a_change_of_the_password_waits_for_a_log_in_and_ends_its_session() {
    let database = Database::new().await;
    let store = database.open().await;
    let ada = add(&store, "ada").await;
    let mut shell = database.shell().await;
    shell.run("BEGIN; SELECT 1 FROM users FOR NO KEY UPDATE").await;
    let change = tokio::spawn({
        let store = store.clone();
        async move { store.set_password(&ada, "new", &audit(now())).await.unwrap() }
    });
    wait_for_a_lock(&database).await;
    shell
        .run(
            "INSERT INTO sessions (id, token_hash, user_id, created_at, expires_at, last_seen_at, remembered)
             VALUES ('late', decode(repeat('01', 32), 'hex'), 'id of ada', 1, 4000000000000, 1, true); COMMIT",
        )
        .await;
    assert_eq!(change.await.unwrap(), [token(1)]);
    assert_eq!(store.session(&token(1)).await.unwrap().unwrap().ended, Some(EndReason::PasswordChanged));
}

/// The current session is signed out on another server during the change.
#[tokio::test]
async fn a_change_of_the_password_by_a_session_that_ends_meanwhile_changes_nothing() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let token = begin(&store, "ada", 1).await;
    let mut shell = database.shell().await;
    shell.run("BEGIN").await;
    shell.end(&token).await;
    let change = tokio::spawn({
        let store = store.clone();
        async move {
            let next = session("ada", 2);
            let change = PasswordUpdate {
                session: &token,
                current_hash: "hash of ada",
                new_hash: "new",
                new_session: &next,
                cleared_subjects: &[],
            };
            store.change_password(&change, &audit(now())).await.unwrap()
        }
    });
    wait_for_a_lock(&database).await;
    shell.run("COMMIT").await;
    assert_eq!(change.await.unwrap(), None);
}

#[tokio::test]
async fn concurrent_log_ins_do_not_exceed_the_limit() {
    let database = Database::new().await;
    let stores = [database.open().await, database.open().await];
    let ada = add(&stores[0], "ada").await;
    let log_ins = (0..8).map(|byte| {
        let store = stores[usize::from(byte) % 2].clone();
        async move { insert(&store, &session("ada", byte), "hash of ada", 3).await.unwrap() }
    });
    futures_util::future::join_all(log_ins).await;
    assert_eq!(stores[0].sessions(Some(&ada), now().into()).await.unwrap().len(), 3);
}

#[tokio::test]
async fn concurrent_writers_of_the_same_rows_all_succeed() {
    let database = Database::new().await;
    let (store, other) = (database.open().await, database.open().await);
    let ada = add(&store, "ada").await;
    for round in 0..10 {
        for byte in 0..20 {
            let next = NewSession { id: SessionId(format!("{round} {byte}")), ..session("ada", byte) };
            let next = NewSession { token_hash: TokenHash([round * 20 + byte; 32]), ..next };
            insert(&store, &next, "hash of ada", 50).await.unwrap();
        }
        let activity: Vec<_> =
            (0..20).rev().map(|byte| (TokenHash([round * 20 + byte; 32]), now() + 1.minute())).collect();
        let event = audit(now());
        let (touch, end, name) = tokio::join!(
            store.touch_sessions(&activity),
            other.end_sessions(SessionSelector::All(&ada), EndReason::SignedOut, now().into(), &event),
            other.rename_user(&ada, "Ada", &event),
        );
        touch.unwrap();
        drop((end.unwrap(), name.unwrap()));
    }
}

#[tokio::test]
async fn one_server_at_a_time_sweeps_and_skips_locked_rows() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    for byte in 0..3 {
        begin(&store, "ada", byte).await;
    }
    let mut shell = database.shell().await;
    shell.run("UPDATE sessions SET ended_at = 1, end_reason = 'signed-out'").await;
    shell.run("BEGIN; SELECT 1 FROM sessions WHERE id = 'session 1' FOR UPDATE").await;
    assert_eq!(store.sweep_sessions(now(), 50).await.unwrap(), 2, "all but the locked row");
    shell.run("SELECT pg_advisory_xact_lock(8319104427464486503)").await;
    assert_eq!(store.sweep_sessions(now(), 50).await.unwrap(), 0, "another server is sweeping");
    shell.run("COMMIT").await;
    assert_eq!(store.sweep_sessions(now(), 50).await.unwrap(), 1);
}

/// Returns once a statement is waiting for a lock.
pub async fn wait_for_a_lock(database: &Database) {
    let mut shell = database.shell().await;
    while shell.number(WAITING).await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
