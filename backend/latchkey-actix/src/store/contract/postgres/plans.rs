//! The query plans of the statements that servers run all the time: with a realistic number of rows, none of them scans a table.
//!
//! PostgreSQL counts the sequential scans of each table, so that the test covers what the store really executes, triggers and foreign keys
//! included. Each call is made often enough for PostgreSQL to replace plans for given parameters by generic ones.

use super::*;
use crate::store::{Device, DeviceStore, LogIn, NewPasswordLink, PasswordLinkStore, PasswordLinkUse, TimeLimits};

const ROWS: &str = "
    INSERT INTO users (id, email, name, password_hash, version, created_at)
        SELECT 'user ' || n, n || '@example.org', 'somebody', 'hash', 1, 0 FROM generate_series(1, 5000) AS n;
    INSERT INTO sessions (id, token_hash, user_id, created_at, expires_at, last_seen_at, remembered, ended_at, end_reason)
        SELECT 'old ' || n, sha256(n::text::bytea), 'user ' || 1 + n % 5000, 1799999000000 + n, 1900000000000 + n, 1799999000000 + n, true,
            CASE WHEN n % 3 = 0 THEN 1799999500000 + n END, CASE WHEN n % 3 = 0 THEN 'signed-out' END
        FROM generate_series(1, 30000) AS n;
    INSERT INTO devices SELECT sha256(n::text::bytea), 'user ' || 1 + n % 5000, n FROM generate_series(1, 20000) AS n;
    INSERT INTO audit (at, action, outcome, actor) SELECT n, 'log-in', 'ok', 'somebody' FROM generate_series(1, 20000) AS n;
    INSERT INTO password_links SELECT 'user ' || n, sha256(n::text::bytea), n FROM generate_series(1, 5000) AS n;
    INSERT INTO login_attempts SELECT 'subject ' || n, n || '@example.org', 1, n FROM generate_series(1, 20000) AS n;
    INSERT INTO session_changes (token_hash) SELECT sha256(n::text::bytea) FROM generate_series(1, 20000) AS n";

#[tokio::test]
async fn no_statement_of_a_server_scans_a_table() {
    let database = Database::new().await;
    let store = database.open().await;
    let mut shell = database.shell().await;
    shell.run(ROWS).await;
    shell.run("VACUUM ANALYZE").await;
    let before = scans(&mut shell).await;
    for byte in 0..12 {
        serve(&store, byte).await;
    }
    drop(store);
    // Counts are published when a connection ends, at the latest.
    let others = "SELECT count(*) FROM pg_stat_activity
                  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    while shell.number(others).await > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut shell = database.shell().await;
    let used = "SELECT min(idx_scan) FROM pg_stat_user_tables
                WHERE relname IN ('users', 'sessions', 'devices', 'audit', 'login_attempts', 'password_links', 'session_changes')";
    while shell.number(used).await == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        shell = database.shell().await;
    }
    assert_eq!(scans(&mut shell).await, before);
}

/// The sequential scans of each table with many rows.
async fn scans(shell: &mut Shell) -> Vec<(String, i64)> {
    let scans = "SELECT relname::text, seq_scan FROM pg_stat_user_tables
                 WHERE relname NOT IN ('_sqlx_migrations', 'session_changes_pruned') ORDER BY 1";
    sqlx::query_as(scans).fetch_all(&mut shell.0).await.unwrap()
}

/// Makes all calls of a server, except those that count or list everything.
async fn serve(store: &PostgresStore, byte: u8) {
    let mut feed = store.feed().await.unwrap();
    let (limits, event, name) = (now().into(), audit(now()), format!("user-{byte}"));
    let (user, hash) = (add(store, &name).await, account(&name).password_hash);
    for byte in byte * 4..byte * 4 + 3 {
        let session = NewSession { replaces: Some(TokenHash([201; 32])), ..session(&name, byte) };
        let log_in = LogIn {
            session: &session,
            password_hash: &hash,
            new_hash: Some(&hash),
            limit: 2,
            cleared_subjects: &["subject 7".into()],
            device: Some(Device { token_hash: token(byte), replaces: Some(TokenHash([200; 32])) }),
            audit: &event,
        };
        store.insert_session(&log_in).await.unwrap();
    }
    let new_session = session(&name, byte * 4 + 3);
    let update = PasswordUpdate {
        session: &token(byte * 4 + 2),
        current_hash: &hash,
        new_hash: &hash,
        new_session: &new_session,
        cleared_subjects: &["subject 7".into()],
    };
    store.change_password(&update, &event).await.unwrap().unwrap();
    let (current, id) = (new_session.token_hash, new_session.id);
    store.session(&current).await.unwrap();
    store.session_with_id(&id).await.unwrap();
    store.sessions(Some(&user), limits).await.unwrap();
    store.account("1@example.org").await.unwrap();
    store.attempts("subject 9").await.unwrap();
    store.users_of_device(&token(byte)).await.unwrap();
    store.touch_sessions(&[(current, now() + 1.minute()), (token(byte), now() + 1.minute())]).await.unwrap();
    store.extend_session(&current, now() + 2.hours(), limits).await.unwrap();
    store.rename_user(&user, "Ada", &event).await.unwrap();
    let failure = Failure { account: "a@b", subjects: &["subject 8".into()], at: now(), forget_before: now() };
    store.count_failure(&failure, &event).await.unwrap();
    store.end_overdue(&current, limits).await.unwrap();
    for selector in [
        SessionSelector::Token(&current),
        SessionSelector::id(&id),
        SessionSelector::Id { id: &id, user: Some(&user) },
        SessionSelector::AllBut { id: &id, user: &user },
        SessionSelector::All(&user),
    ] {
        store.end_sessions(selector, EndReason::SignedOut, limits, &event).await.unwrap();
    }
    store.set_password(&user, &hash, &event).await.unwrap();
    let link = NewPasswordLink { user: &user, token_hash: token(byte), expires_at: now() + 1.hour() };
    assert!(store.insert_password_link(&link, &event).await.unwrap());
    store.password_link(&token(byte), now()).await.unwrap().unwrap();
    let link = PasswordLinkUse { token_hash: &token(byte), new_hash: &hash, cleared_subjects: &[] };
    store.use_password_link(&link, &event).await.unwrap().unwrap();
    store.set_disabled(&user, true, &event).await.unwrap();
    store.set_disabled(&user, false, &event).await.unwrap();
    store.end_all_overdue(TimeLimits { now: now(), idle: Some(Duration::from_secs(990)) }, 100).await.unwrap();
    store.sweep_sessions(Timestamp::from_millisecond(1_799_999_520_000).unwrap(), 100).await.unwrap();
    let old = Timestamp::from_millisecond(100).unwrap();
    store.sweep_devices(old, 10).await.unwrap();
    store.sweep_audit(old, 10).await.unwrap();
    store.sweep_attempts(old, 10).await.unwrap();
    store.audit(now(), 10).await.unwrap();
    store.newest_instant().await.unwrap();
    store.ping().await.unwrap();
    feed.next(Duration::ZERO).await.unwrap();
    store.delete_user(&user, &event).await.unwrap();
}
