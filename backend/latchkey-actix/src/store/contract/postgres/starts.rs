//! Migrations, and databases of other versions.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_concurrent_first_starts_all_succeed() {
    for _ in 0..2 {
        let database = Database::empty().await;
        let starts: Vec<_> = (0..10)
            .map(|_| {
                let url = database.url();
                tokio::spawn(async move { PostgresStore::open_url(&url).await.map(drop) })
            })
            .collect();
        for start in starts {
            start.await.unwrap().unwrap();
        }
        assert_eq!(database.shell().await.number("SELECT count(*) FROM _sqlx_migrations").await, 4);
    }
}

/// So that a command at the same time finds either no tables, and waits for them, or all.
#[tokio::test]
async fn the_first_tables_become_visible_at_once() {
    let database = Database::empty().await;
    let mut shell = database.shell().await;
    // The second migration creates a table of this name, and so waits for this transaction.
    shell.run("BEGIN; CREATE TABLE session_changes ()").await;
    let url = database.url();
    let start = tokio::spawn(async move { PostgresStore::open_url(&url).await.map(drop) });
    let mut observer = database.shell().await;
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%session_changes%'";
    tokio::time::timeout(Duration::from_secs(10), async { while observer.number(waiting).await == 0 {} })
        .await
        .unwrap();
    assert!(PostgresStore::is_empty(&database.url()).await.unwrap());
    shell.run("ROLLBACK").await;
    start.await.unwrap().unwrap();
    assert!(!PostgresStore::is_empty(&database.url()).await.unwrap());
}

#[tokio::test]
async fn checking_changes_nothing() {
    let database = Database::empty().await;
    assert!(PostgresStore::is_empty(&database.url()).await.unwrap());
    let error = PostgresStore::open_existing(&database.url()).await.unwrap_err().to_string();
    assert!(error.contains("latchkey migrate"), "{error}");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(database.shell().await.number(tables).await, 0);
    database.open().await;
    assert!(!PostgresStore::is_empty(&database.url()).await.unwrap());
    PostgresStore::open_existing(&database.url()).await.unwrap();
}

/// Callers embed the future in their own, and move it: without optimisation it stands on the stack several times.
#[test]
fn opening_a_store_needs_little_stack() {
    let url: PostgresUrl = "postgres://localhost/x".parse().unwrap();
    for bytes in [size_of_val(&PostgresStore::open_url(&url)), size_of_val(&PostgresStore::open_existing(&url))] {
        assert!(bytes < 8 * 1024, "{bytes} bytes");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_rejected() {
    let database = Database::new().await;
    database.shell().await.run("INSERT INTO _sqlx_migrations VALUES (99999, 'future', now(), true, '', 0)").await;
    for result in [PostgresStore::open_url(&database.url()).await, PostgresStore::open_existing(&database.url()).await]
    {
        let error = result.unwrap_err().to_string();
        assert!(error.contains("newer Latchkey"), "{error}");
    }
}

#[tokio::test]
async fn another_programs_database_is_rejected_and_left_alone() {
    let database = Database::empty().await;
    let mut shell = database.shell().await;
    shell.run("CREATE TABLE _sqlx_migrations (version bigint, success boolean); INSERT INTO _sqlx_migrations VALUES (7, true)").await;
    for result in [PostgresStore::open_url(&database.url()).await, PostgresStore::open_existing(&database.url()).await]
    {
        let error = result.unwrap_err();
        assert!(error.to_string().contains("another program") && !error.is_temporary(), "{error}");
    }
    assert_eq!(shell.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await, 1);
}

#[tokio::test]
async fn tables_that_are_up_to_date_are_opened_while_they_are_locked() {
    let database = Database::new().await;
    let mut shell = database.shell().await;
    shell
        .run("BEGIN; LOCK TABLE users, sessions, audit IN EXCLUSIVE MODE; SELECT pg_advisory_lock(7809636914630980985)")
        .await;
    tokio::time::timeout(Duration::from_secs(5), PostgresStore::open_url(&database.url())).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_error_about_an_unreachable_server_omits_the_password() {
    let url: PostgresUrl = "postgres://ada:hunter2@127.0.0.1:1/app".parse().unwrap();
    let error = PostgresStore::open_url(&url).await.unwrap_err();
    assert!(!format!("{error} {error:?} {url} {url:?}").contains("hunter2"), "{error:?}");
    let store = Database::new().await.open().await;
    assert!(!format!("{store:?}").contains("postgres@"), "{store:?}");
}

#[tokio::test]
async fn a_migration_gives_up_on_a_locked_table_and_can_be_repeated() {
    let database = Database::new().await;
    let mut shell = database.shell().await;
    shell
        .run(
            "DELETE FROM _sqlx_migrations WHERE version >= 2; DROP TABLE session_changes, session_changes_pruned;
             DROP FUNCTION latchkey_refuse_change, latchkey_announce_session, latchkey_announce_user, latchkey_announce_all CASCADE;
             DROP TABLE password_links; DROP FUNCTION latchkey_delete_password_link CASCADE",
        )
        .await;
    shell.run("BEGIN; LOCK TABLE sessions IN ROW EXCLUSIVE MODE").await;
    let error = PostgresStore::open_url(&database.url()).await.unwrap_err().to_string();
    assert!(error.contains("lock timeout"), "{error}");
    shell.run("COMMIT").await;
    database.open().await;
}

/// A standby may lack the latest sign-outs.
#[tokio::test]
async fn a_standby_is_rejected() {
    let Some(cluster) = Cluster::own() else { return };
    let database = Database(cluster.create("template0").await);
    database.open().await;
    cluster.become_standby();
    let errors = [PostgresStore::open_url(&database.url()).await, PostgresStore::open_existing(&database.url()).await];
    for error in errors.map(Result::unwrap_err) {
        assert!(error.to_string().contains("standby"), "{error}");
    }
}
