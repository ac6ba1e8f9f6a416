//! The contract on SQLite, and tests of what is specific to files.

use super::*;
use crate::store::{SessionSource, sqlite::SqliteStore};

async fn open(folder: &tempfile::TempDir) -> SqliteStore {
    SqliteStore::open(&format!("sqlite://{}/test.db", folder.path().display())).await.unwrap()
}

#[tokio::test]
async fn sqlite_fulfils_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let (store, other) = (open(&folder).await, open(&folder).await);
    check_all(&store, &other).await;
}

#[tokio::test]
async fn sessions_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    add(&store, "ada").await;
    begin(&store, "ada", 1).await;
    drop(store);
    assert_eq!(open(&folder).await.session(&token(1)).await.unwrap().unwrap().ended, None);
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    std::fs::write(&path, "certainly not a database, but long enough to look like one".repeat(100)).unwrap();
    let error = SqliteStore::open(&format!("sqlite://{}", path.display())).await.unwrap_err();
    assert!(error.to_string().contains("file is not a database"), "{error}");
}
