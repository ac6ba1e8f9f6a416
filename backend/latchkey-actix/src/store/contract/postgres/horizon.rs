//! The feed on PostgreSQL reports every change, in whatever order transactions commit.

use super::*;

async fn changed(feed: &mut dyn ChangeFeed) -> Changed {
    feed.next(Duration::ZERO).await.unwrap().changed
}

/// Reading by a sequence would lose the change, because numbers are assigned before transactions commit.
#[tokio::test]
async fn a_change_that_commits_after_a_later_one_is_reported_once() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let (early, late) = (begin(&store, "ada", 1).await, begin(&store, "ada", 2).await);
    let (mut one, mut two) = (database.shell().await, database.shell().await);
    let mut feed = store.feed().await.unwrap();
    one.run("BEGIN").await;
    one.end(&early).await;
    two.end(&late).await;
    assert_eq!(changed(&mut *feed).await, Changed::Tokens(vec![late]));
    assert_eq!(
        changed(&mut *feed).await,
        Changed::Tokens(Vec::new()),
        "not again while the other transaction is in progress"
    );
    one.run("COMMIT").await;
    assert_eq!(changed(&mut *feed).await, Changed::Tokens(vec![early]));
    assert_eq!(changed(&mut *feed).await, Changed::Tokens(Vec::new()));
}

#[tokio::test]
async fn a_feed_opened_during_a_transaction_reports_its_changes() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let token = begin(&store, "ada", 1).await;
    let mut shell = database.shell().await;
    shell.run("BEGIN").await;
    shell.end(&token).await;
    let mut feed = store.feed().await.unwrap();
    assert_eq!(changed(&mut *feed).await, Changed::Tokens(Vec::new()));
    shell.run("COMMIT").await;
    assert_eq!(changed(&mut *feed).await, Changed::Tokens(vec![token]));
}

#[tokio::test]
async fn a_feed_reports_all_changes_of_concurrent_writers_once() {
    let database = Database::new().await;
    let store = database.open().await;
    let mut tokens = Vec::new();
    for name in ["ada", "bob"] {
        add(&store, name).await;
    }
    for byte in 0..60 {
        tokens.push(begin(&store, if byte < 30 { "ada" } else { "bob" }, byte).await);
        store.touch_sessions(&[(token(byte), now() + 1.minute())]).await.unwrap();
    }
    let mut feed = store.feed().await.unwrap();
    let ends = tokens.chunks(20).map(|tokens| {
        let (tokens, database) = (tokens.to_vec(), &database);
        async move {
            let mut shell = database.shell().await;
            for token in tokens {
                shell.run("BEGIN").await;
                shell.end(&token).await;
                shell.run("COMMIT").await;
            }
        }
    });
    let reader = async {
        let mut all = Vec::new();
        while all.len() < 60 {
            let Changed::Tokens(some) = changed(&mut *feed).await else { panic!("expected tokens") };
            all.extend(some);
        }
        all
    };
    let (_, mut all) = tokio::time::timeout(Duration::from_secs(20), async {
        tokio::join!(futures_util::future::join_all(ends), reader)
    })
    .await
    .unwrap();
    all.sort_by_key(|token| token.0);
    assert_eq!(all, tokens, "each once");
}

#[tokio::test]
async fn a_feed_reports_changes_of_whole_tables_in_a_sql_shell() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let mut shell = database.shell().await;
    let mut feed = store.feed().await.unwrap();
    for (sql, expected) in [
        ("DELETE FROM sessions", Changed::Tokens(vec![token(1)])),
        ("UPDATE users SET name = 'Eve'", Changed::Tokens(vec![token(1)])),
        ("UPDATE sessions SET last_seen_at = last_seen_at + 1", Changed::Tokens(Vec::new())),
        ("UPDATE sessions SET last_seen_at = last_seen_at - 1", Changed::Tokens(vec![token(1)])),
        ("UPDATE sessions SET expires_at = expires_at + 1", Changed::Tokens(vec![token(1)])),
        ("TRUNCATE sessions", Changed::Everything),
        (
            "ALTER TABLE sessions RENAME TO before; CREATE TABLE sessions (LIKE before INCLUDING ALL)",
            Changed::Everything,
        ),
        ("DROP TABLE sessions; ALTER TABLE before RENAME TO sessions", Changed::Everything),
        ("DELETE FROM users", Changed::Tokens(vec![token(1)])),
    ] {
        if store.session(&token(1)).await.unwrap().is_none() {
            begin(&store, "ada", 1).await;
        }
        shell.run(sql).await;
        assert_eq!(changed(&mut *feed).await, expected, "{sql}");
    }
}

/// A schema with the name of a role is searched first, but only for that role.
#[tokio::test]
async fn a_feed_reports_changes_by_another_role_and_search_path() {
    let database = Database::empty().await;
    let mut shell = database.shell().await;
    shell.run("CREATE SCHEMA AUTHORIZATION CURRENT_USER").await;
    let store = database.open().await;
    // Another installation in `public` must not get the changes.
    PostgresStore::open(&format!("{}&options=-csearch_path%3Dpublic", database.0.url)).await.unwrap();
    add(&store, "ada").await;
    let mut feed = store.feed().await.unwrap();
    shell
        .run(
            "DO $$ BEGIN
                CREATE ROLE latchkey_other_role;
             EXCEPTION WHEN duplicate_object THEN NULL;
             END $$;
             DO $$ BEGIN
                EXECUTE format('GRANT USAGE ON SCHEMA %1$I TO latchkey_other_role; GRANT ALL ON ALL TABLES IN SCHEMA %1$I TO latchkey_other_role',
                    current_user);
                EXECUTE format('SET search_path = %I', current_user);
             END $$;
             SET ROLE latchkey_other_role",
        )
        .await;
    for (sql, expected) in [
        ("DELETE FROM sessions", Changed::Tokens(vec![token(1)])),
        ("UPDATE users SET name = 'Eve'", Changed::Tokens(vec![token(1)])),
        ("TRUNCATE sessions", Changed::Everything),
    ] {
        if store.session(&token(1)).await.unwrap().is_none() {
            begin(&store, "ada", 1).await;
        }
        shell.run(sql).await;
        assert_eq!(changed(&mut *feed).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn a_feed_that_missed_pruned_changes_reports_that_anything_may_have_changed() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let mut shell = database.shell().await;
    let (mut slow, mut current) = (store.feed().await.unwrap(), store.feed().await.unwrap());
    let token = begin(&store, "ada", 1).await;
    shell.end(&token).await;
    assert_eq!(changed(&mut *current).await, Changed::Tokens(vec![token]));
    // Transactions of other tests in progress may be older than the change.
    let recent = "SELECT count(*) FROM session_changes WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())";
    while shell.number(recent).await > 0 {}
    assert_eq!(changed(&mut *current).await, Changed::Tokens(Vec::new()));
    store.sweep_sessions(Timestamp::MIN, 9).await.unwrap();
    assert_eq!(shell.number("SELECT count(*) FROM session_changes").await, 1, "not old enough");
    shell.run("UPDATE session_changes SET at = at - interval '11 minutes'").await;
    sweep_all_changes(&store, &mut shell).await;
    assert_eq!(changed(&mut *current).await, Changed::Tokens(Vec::new()));
    assert_eq!(changed(&mut *slow).await, Changed::Everything);
    assert_eq!(changed(&mut *slow).await, Changed::Tokens(Vec::new()), "once");
}

/// The change's row is already old when the transaction commits.
#[tokio::test]
async fn a_change_in_a_long_transaction_is_not_pruned_unnoticed() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let (long, short) = (begin(&store, "ada", 1).await, begin(&store, "ada", 2).await);
    let (mut shell, mut other) = (database.shell().await, database.shell().await);
    let mut feed = store.feed().await.unwrap();
    shell.run("BEGIN").await;
    shell.end(&long).await;
    shell.run("UPDATE session_changes SET at = at - interval '11 minutes'").await;
    other.end(&short).await;
    assert_eq!(changed(&mut *feed).await, Changed::Tokens(vec![short]));
    other.run("UPDATE session_changes SET at = at - interval '11 minutes'").await;
    store.sweep_sessions(Timestamp::MIN, 9).await.unwrap();
    assert_eq!(changed(&mut *feed).await, Changed::Tokens(Vec::new()));
    shell.run("COMMIT").await;
    sweep_all_changes(&store, &mut shell).await;
    assert_eq!(changed(&mut *feed).await, Changed::Everything, "pruned, and the feed knows");
}

/// Sweeps until no changes are left. Transactions of other tests in progress hold it back.
async fn sweep_all_changes(store: &PostgresStore, shell: &mut Shell) {
    while shell.number("SELECT count(*) FROM session_changes").await > 0 {
        store.sweep_sessions(Timestamp::MIN, 9).await.unwrap();
    }
}
