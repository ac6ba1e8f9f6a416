//! Who brings the tables up to date, and who refuses to work with them.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_first_starts_at_once_work() {
    for _ in 0..2 {
        let database = Database::empty().await;
        let starts: Vec<_> = (0..10)
            .map(|_| {
                let url = database.url();
                tokio::spawn(async move { PostgresStore::open(&url).await.map(drop) })
            })
            .collect();
        for start in starts {
            start.await.unwrap().unwrap();
        }
        assert_eq!(database.shell().await.number("SELECT count(*) FROM _sqlx_migrations").await, 2);
    }
}

#[tokio::test]
async fn looking_changes_nothing() {
    let database = Database::empty().await;
    assert!(PostgresStore::is_empty(&database.url()).await.unwrap());
    let refused = PostgresStore::open_existing(&database.url()).await.unwrap_err().to_string();
    assert!(refused.contains("latchkey migrate"), "{refused}");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(database.shell().await.number(tables).await, 0);
    database.open().await;
    assert!(!PostgresStore::is_empty(&database.url()).await.unwrap());
    PostgresStore::open_existing(&database.url()).await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_by_everybody() {
    let database = Database::new().await;
    database.shell().await.run("INSERT INTO _sqlx_migrations VALUES (99999, 'future', now(), true, '', 0)").await;
    for refused in [PostgresStore::open(&database.url()).await, PostgresStore::open_existing(&database.url()).await] {
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("newer Latchkey"), "{refused}");
    }
}

#[tokio::test]
async fn tables_that_are_up_to_date_are_opened_while_somebody_holds_them() {
    let database = Database::new().await;
    let mut shell = database.shell().await;
    shell
        .run("BEGIN; LOCK TABLE users, sessions, audit IN EXCLUSIVE MODE; SELECT pg_advisory_lock(7809636914630980985)")
        .await;
    tokio::time::timeout(Duration::from_secs(5), PostgresStore::open(&database.url())).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_its_password() {
    let url = PostgresUrl::parse("postgres://ada:hunter2@127.0.0.1:1/app", TlsPolicy::VerifyFull).unwrap();
    let refused = PostgresStore::open(&url).await.unwrap_err();
    assert!(!format!("{refused} {refused:?} {url} {url:?}").contains("hunter2"), "{refused:?}");
    let store = Database::new().await.open().await;
    assert!(!format!("{store:?}").contains("postgres@"), "{store:?}");
}
