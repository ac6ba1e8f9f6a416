//! Migrations of a database file, and files of other versions.

use super::*;
use crate::store::sqlite::SqliteStore;

fn file(folder: &tempfile::TempDir) -> SqliteFile {
    format!("sqlite://{}/test.db", folder.path().display()).parse().unwrap()
}

async fn execute(file: &SqliteFile, sql: &'static str) {
    let mut connection = file.options().connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_first_starts_all_succeed() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let url = file(&folder).to_string();
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { SqliteStore::open(&url).await.map(drop) })
            })
            .collect();
        for start in starts {
            start.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn an_empty_file_is_outdated_and_checking_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder);
    file.create().unwrap();
    let refused = check(&file).await.unwrap_err().to_string();
    assert!(refused.contains("latchkey migrate"), "{refused}");
    assert_eq!(std::fs::metadata(file.path()).unwrap().len(), 0);
    migrate(&file).await.unwrap();
    check(&file).await.unwrap();
}

#[tokio::test]
async fn a_file_of_an_older_version_is_migrated_but_not_by_checking() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder);
    file.create().unwrap();
    migrate(&file).await.unwrap();
    // As if the last migration were new.
    execute(&file, "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)").await;
    assert!(check(&file).await.unwrap_err().to_string().contains("older Latchkey"));
    assert!(SqliteStore::open_existing(&file.to_string()).await.is_err());
}

#[tokio::test]
async fn a_command_waits_longer_for_the_writes_of_servers_than_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let url = file(&folder).to_string();
    let patience_ms = async |store: SqliteStore| {
        let mut writer = store.writer.acquire().await.unwrap();
        sqlx::query_scalar::<_, i64>("PRAGMA busy_timeout").fetch_one(&mut *writer).await.unwrap()
    };
    assert_eq!(patience_ms(SqliteStore::open(&url).await.unwrap()).await, 3_000);
    assert_eq!(patience_ms(SqliteStore::open_existing(&url).await.unwrap()).await, 30_000);
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder);
    file.create().unwrap();
    migrate(&file).await.unwrap();
    execute(&file, "INSERT INTO _sqlx_migrations VALUES (99999, 'future', 0, 1, x'00', 0)").await;
    for refused in [check(&file).await, migrate(&file).await, SqliteStore::open(&file.to_string()).await.map(drop)] {
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("newer Latchkey"), "{refused}");
    }
}

#[tokio::test]
async fn a_file_that_is_up_to_date_opens_while_its_write_lock_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder);
    file.create().unwrap();
    migrate(&file).await.unwrap();
    let mut shell = file.options().connect().await.unwrap();
    let _lock = shell.begin_with(BEGIN).await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), migrate(&file)).await.unwrap().unwrap();
}
