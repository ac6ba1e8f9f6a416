//! Backup and restore of SQLite databases.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use latchkey_shared::EndReason;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;

use super::*;
use crate::store::{
    NewPasswordLink, PasswordLinkStore, PasswordLinkUse, SessionSelector, SessionSource, SessionStore, UserStore,
    sqlite::{
        SqliteStore,
        backup::{BackupError, Existing, Sessions, backup, restore},
        file::SqliteFile,
    },
};

struct BackupFixture {
    folder: TempDir,
    store: SqliteStore,
}

impl BackupFixture {
    /// Creates a database with a user and one active session.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&database_in(&folder).to_string()).await.unwrap();
        add(&store, "ada").await;
        begin(&store, "ada", 1).await;
        Self { folder, store }
    }

    fn database(&self) -> SqliteFile {
        database_in(&self.folder)
    }

    fn copy(&self) -> PathBuf {
        self.folder.path().join("copy.db")
    }

    async fn backup(&self) {
        backup(&self.database(), &self.copy(), Existing::Keep).await.unwrap();
    }

    async fn restore(&self, sessions: Sessions) -> u64 {
        restore(&self.database(), &self.copy(), Existing::Replace, sessions, now()).await.unwrap()
    }

    async fn ended(&self, number: u8) -> Option<Option<EndReason>> {
        let session = self.store.session(&token(number)).await.unwrap();
        session.map(|session| session.ended)
    }

    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.retain(|name| !name.starts_with("test.db"));
        names.sort();
        names
    }
}

fn database_in(folder: &TempDir) -> SqliteFile {
    format!("sqlite://{}/test.db", folder.path().display()).parse().unwrap()
}

#[tokio::test]
async fn a_backup_is_private_and_replaces_nothing_unless_allowed() {
    let fixture = BackupFixture::new().await;
    fixture.backup().await;
    assert_eq!(fs::metadata(fixture.copy()).unwrap().permissions().mode() & 0o777, 0o600);
    let refused = backup(&fixture.database(), &fixture.copy(), Existing::Keep).await;
    assert!(matches!(refused, Err(BackupError::Exists(_))), "{refused:?}");
    backup(&fixture.database(), &fixture.copy(), Existing::Replace).await.unwrap();
    let refused = backup(&fixture.database(), fixture.database().path(), Existing::Replace).await;
    assert!(matches!(refused, Err(BackupError::SameFile(_))), "{refused:?}");
    assert_eq!(fixture.names(), ["copy.db"], "nothing half-made is left");
}

#[tokio::test]
async fn a_restore_brings_back_users_and_ends_sessions_for_open_servers_too() {
    let fixture = BackupFixture::new().await;
    fixture.backup().await;
    begin(&fixture.store, "ada", 2).await;
    add(&fixture.store, "eve").await;
    assert_eq!(fixture.restore(Sessions::End).await, 1);
    assert_eq!(fixture.ended(1).await, Some(Some(EndReason::SessionRevoked)));
    assert_eq!(fixture.ended(2).await, None, "it began after the copy was made");
    assert_eq!(fixture.store.accounts().await.unwrap().len(), 1);
    begin(&fixture.store, "ada", 3).await;
    assert_eq!(fixture.ended(3).await, Some(None), "an open server goes on");
    assert_eq!(fixture.names(), ["copy.db"]);
}

#[tokio::test]
async fn kept_sessions_do_not_include_those_that_ended_since() {
    let fixture = BackupFixture::new().await;
    begin(&fixture.store, "ada", 2).await;
    fixture.backup().await;
    fixture
        .store
        .end_sessions(SessionSelector::Token(&token(2)), EndReason::SignedOut, now().into(), &audit(now()))
        .await
        .unwrap();
    assert_eq!(fixture.restore(Sessions::Keep).await, 1);
    assert_eq!([fixture.ended(1).await, fixture.ended(2).await], [Some(None), Some(Some(EndReason::SignedOut))]);
}

#[tokio::test]
async fn a_restore_invalidates_the_positions_of_feeds() {
    let fixture = BackupFixture::new().await;
    fixture.backup().await;
    let before = last_change(&fixture).await;
    fixture.restore(Sessions::End).await;
    assert!(last_change(&fixture).await > before + 10_000);
}

async fn last_change(fixture: &BackupFixture) -> i64 {
    let mut connection = fixture.database().options().connect().await.unwrap();
    let select = "SELECT coalesce(max(seq), 0) FROM session_changes";
    sqlx::query_scalar(select).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn a_database_is_replaced_only_if_allowed_and_a_missing_one_is_created() {
    let fixture = BackupFixture::new().await;
    fixture.backup().await;
    let refused = restore(&fixture.database(), &fixture.copy(), Existing::Keep, Sessions::End, now()).await;
    assert!(matches!(refused, Err(BackupError::Exists(_))), "{refused:?}");
    let other = tempfile::tempdir().unwrap();
    restore(&database_in(&other), &fixture.copy(), Existing::Keep, Sessions::End, now()).await.unwrap();
    assert_eq!(fs::metadata(database_in(&other).path()).unwrap().permissions().mode() & 0o777, 0o600);
    let store = SqliteStore::open_existing(&database_in(&other).to_string()).await.unwrap();
    assert_eq!(store.accounts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_invalid_backup_changes_nothing() {
    let fixture = BackupFixture::new().await;
    fixture.backup().await;
    let whole = fs::read(fixture.copy()).unwrap();
    let torn = whole[..whole.len() / 2].to_vec();
    let mut connection = SqliteFile::at(&fixture.folder.path().join("other.db"))
        .options()
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    sqlx::query("CREATE TABLE users (id)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let other = fs::read(fixture.folder.path().join("other.db")).unwrap();
    for bad in [b"not a database".repeat(100), torn, other, Vec::new()] {
        fs::write(fixture.copy(), bad).unwrap();
        let refused = restore(&fixture.database(), &fixture.copy(), Existing::Replace, Sessions::End, now()).await;
        assert!(matches!(refused, Err(BackupError::NoBackup(_))), "{refused:?}");
        assert_eq!(fixture.ended(1).await, Some(None));
    }
    assert_eq!(fixture.names(), ["copy.db", "other.db"]);
}

#[tokio::test]
async fn a_damaged_database_is_said_to_be_damaged_when_it_is_to_be_copied() {
    let broken = tempfile::tempdir().unwrap();
    fs::write(database_in(&broken).path(), b"not a database".repeat(100)).unwrap();
    let refused = backup(&database_in(&broken), &broken.path().join("copy.db"), Existing::Keep).await;
    assert!(matches!(refused, Err(BackupError::Damaged(_))), "{refused:?}");
    assert!(!broken.path().join("copy.db").exists());
}

#[tokio::test]
async fn a_broken_database_is_replaced() {
    let fixture = BackupFixture::new().await;
    fixture.backup().await;
    let broken = tempfile::tempdir().unwrap();
    fs::write(database_in(&broken).path(), b"not a database".repeat(100)).unwrap();
    restore(&database_in(&broken), &fixture.copy(), Existing::Replace, Sessions::End, now()).await.unwrap();
    let store = SqliteStore::open_existing(&database_in(&broken).to_string()).await.unwrap();
    assert_eq!(store.accounts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_link_of_the_backup_does_not_work_after_it_is_restored() {
    let fixture = BackupFixture::new().await;
    let link = NewPasswordLink { user: &account("ada").user.id, token_hash: token(9), expires_at: now() + 1.hour() };
    fixture.store.insert_password_link(&link, &audit(now())).await.unwrap();
    fixture.backup().await;
    let used = PasswordLinkUse { token_hash: &token(9), new_hash: "hash by link", cleared_subjects: &[] };
    assert!(fixture.store.use_password_link(&used, &audit(now())).await.unwrap().is_some());
    for sessions in [Sessions::Keep, Sessions::End] {
        fixture.restore(sessions).await;
        assert!(fixture.store.password_link(&token(9), now()).await.unwrap().is_none());
        assert!(fixture.store.use_password_link(&used, &audit(now())).await.unwrap().is_none());
    }
}
