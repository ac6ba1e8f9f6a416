//! Backup and restore of a database file. Both prepare a temporary file beside the destination, so that a failure never leaves the
//! destination half-written.

mod partial;

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::{file::SqliteFile, schema};
use crate::store::StoreError;
use partial::Partial;

/// Longest wait for servers that write to the database that is replaced.
const LOCK_TIMEOUT: Duration = Duration::from_secs(30);

/// Interval of attempts during that time.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// How far a restored database's sequence of changes is ahead of the former one. Servers that follow the sequence lose their position,
/// so they empty their caches.
const SEQUENCE_JUMP: i64 = 1_000_000;

/// What to do if the destination exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Keep it, and fail.
    Keep,
    /// Replace it.
    Replace,
}

/// What to do with the sessions that had not ended when the backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sessions {
    /// End them, because those that were ended since are unknown.
    End,
    /// Keep them, except those that have ended in the database that is replaced.
    Keep,
}

/// Why a backup or a restore failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The database does not exist.
    #[error("there is no such database")]
    NoDatabase,
    /// The backup does not exist.
    #[error("there is no such file: {}", .0.display())]
    NoFile(PathBuf),
    /// The destination exists, and must not be replaced.
    #[error("{} exists already; --overwrite replaces it", .0.display())]
    Exists(PathBuf),
    /// The backup is the database itself.
    #[error("{} is the database itself", .0.display())]
    SameFile(PathBuf),
    /// The backup is damaged, no database of Latchkey's, or one of a newer version.
    #[error("the backup cannot be used: {0}")]
    NoBackup(String),
    /// The database that is to be copied is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A file cannot be written or moved.
    #[error("cannot write {}", .0.display())]
    Io(PathBuf, #[source] io::Error),
    /// Servers kept the database locked.
    #[error("the database is busy: stop the servers that use it, or try again")]
    Busy,
    /// A database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies a consistent snapshot of a database to a file that only its owner can read; servers may use the database meanwhile. Returns
/// the length of the copy in bytes.
///
/// # Errors
/// [`BackupError`]; the destination is unchanged then.
pub async fn backup(database: &SqliteFile, to: &Path, existing: Existing) -> Result<u64, BackupError> {
    if !database.path().exists() {
        return Err(BackupError::NoDatabase);
    }
    reject_same_file(database, to)?;
    if existing == Existing::Keep && to.exists() {
        return Err(BackupError::Exists(to.into()));
    }
    let copy = Partial::beside(to)?;
    copy_into(database, &copy, BackupError::Damaged).await?;
    copy.publish(to, existing)
}

/// Restores a database from a backup. An existing database is replaced in one transaction, so that servers that use it go on with the
/// new content. Returns how many sessions were ended.
///
/// # Errors
/// [`BackupError`]; the database is unchanged then.
pub async fn restore(
    database: &SqliteFile,
    from: &Path,
    existing: Existing,
    sessions: Sessions,
    now: Timestamp,
) -> Result<u64, BackupError> {
    if !from.exists() {
        return Err(BackupError::NoFile(from.into()));
    }
    reject_same_file(database, from)?;
    if existing == Existing::Keep && database.path().exists() {
        return Err(BackupError::Exists(database.path().into()));
    }
    let copy = Partial::beside(database.path())?;
    copy_into(&SqliteFile::at(from), &copy, BackupError::NoBackup).await?;
    let ended = prepare(&copy.file(), database, sessions, now).await?;
    if database.path().exists() {
        replace_content(copy, database).await?;
    } else {
        copy.publish(database.path(), Existing::Keep)?;
    }
    Ok(ended)
}

fn reject_same_file(database: &SqliteFile, other: &Path) -> Result<(), BackupError> {
    let same = fs::canonicalize(database.path()).ok().zip(fs::canonicalize(other).ok()).is_some_and(|(a, b)| a == b);
    if same { Err(BackupError::SameFile(other.into())) } else { Ok(()) }
}

/// Copies a database into an empty file; `damaged` makes the error of one that cannot be read.
async fn copy_into(
    database: &SqliteFile,
    copy: &Partial,
    damaged: fn(String) -> BackupError,
) -> Result<(), BackupError> {
    let mut connection = connect(database).await.map_err(|error| explain(error, damaged))?;
    let path = copy.path().to_string_lossy();
    let copied = sqlx::query("VACUUM INTO ?").bind(&*path).execute(&mut connection).await;
    copied.map_err(|error| explain(error, damaged))?;
    Ok(connection.close().await.map_err(StoreError::from)?)
}

/// Turns a copy of the backup into the new database: checks it, migrates it, ends sessions. Returns how many sessions were ended.
async fn prepare(
    copy: &SqliteFile,
    database: &SqliteFile,
    sessions: Sessions,
    now: Timestamp,
) -> Result<u64, BackupError> {
    let unusable = |error| explain(error, BackupError::NoBackup);
    let mut connection = connect(copy).await.map_err(unusable)?;
    let found: String =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut connection).await.map_err(unusable)?;
    if found != "ok" {
        return Err(BackupError::NoBackup(found));
    }
    let has_users = "SELECT count(*) FROM sqlite_schema WHERE name IN ('users', 'sessions', '_sqlx_migrations')";
    if sqlx::query_scalar::<_, i64>(has_users).fetch_one(&mut connection).await.map_err(unusable)? != 3 {
        return Err(BackupError::NoBackup("it has other tables".into()));
    }
    match schema::mismatch(&mut connection).await? {
        // Migrating the copy disturbs no server, because nothing uses it yet.
        Some(mismatch) if mismatch.is_mended_by_migrating() => schema::migrate(copy).await?,
        Some(mismatch) => return Err(BackupError::NoBackup(mismatch.to_string())),
        None => {}
    }
    let ended = end_sessions(&mut connection, database, sessions, now).await?;
    // A link that has been used since the backup was made must not work again.
    sqlx::query("DELETE FROM password_links").execute(&mut connection).await.map_err(StoreError::from)?;
    restart_sequence(&mut connection, database).await?;
    let audit = "INSERT INTO audit (at, action, outcome, actor) VALUES (?, 'restore-database', 'ok', 'operator')";
    sqlx::query(audit).bind(now.as_millisecond()).execute(&mut connection).await.map_err(StoreError::from)?;
    // Without a write-ahead log the database is a single file, which can be moved.
    sqlx::query("PRAGMA journal_mode = DELETE").execute(&mut connection).await.map_err(StoreError::from)?;
    connection.close().await.map_err(StoreError::from)?;
    Ok(ended)
}

async fn end_sessions(
    connection: &mut SqliteConnection,
    database: &SqliteFile,
    sessions: Sessions,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let expired = "UPDATE sessions SET ended_at = expires_at, end_reason = 'session-expired' WHERE ended_at IS NULL AND expires_at <= ?";
    let expired = sqlx::query(expired).bind(now.as_millisecond()).execute(&mut *connection).await?.rows_affected();
    let ended = match sessions {
        Sessions::End => {
            let end = "UPDATE sessions SET ended_at = ?, end_reason = 'session-revoked' WHERE ended_at IS NULL";
            sqlx::query(end).bind(now.as_millisecond()).execute(&mut *connection).await?.rows_affected()
        }
        Sessions::Keep if is_usable(database).await => end_as_in(connection, database).await?,
        Sessions::Keep => 0,
    };
    Ok(expired + ended)
}

/// Ends the sessions that have ended in the database to be replaced, so that a restore signs no user in again.
async fn end_as_in(connection: &mut SqliteConnection, database: &SqliteFile) -> Result<u64, StoreError> {
    let path = database.path().to_string_lossy();
    sqlx::query("ATTACH ? AS replaced").bind(&*path).execute(&mut *connection).await?;
    let end = "UPDATE sessions SET ended_at = replaced.ended_at, end_reason = replaced.end_reason
               FROM replaced.sessions AS replaced
               WHERE sessions.id = replaced.id AND sessions.ended_at IS NULL AND replaced.ended_at IS NOT NULL";
    let ended = sqlx::query(end).execute(&mut *connection).await?.rows_affected();
    sqlx::query("DETACH replaced").execute(&mut *connection).await?;
    Ok(ended)
}

async fn restart_sequence(connection: &mut SqliteConnection, database: &SqliteFile) -> Result<(), StoreError> {
    let select = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'session_changes'";
    let of_copy: i64 = sqlx::query_scalar(select).fetch_one(&mut *connection).await?;
    let replaced = async { sqlx::query_scalar(select).fetch_one(&mut database.options().connect().await?).await };
    // A file that is not a database has no sequence.
    let replaced: i64 = replaced.await.unwrap_or(0);
    sqlx::query("DELETE FROM session_changes").execute(&mut *connection).await?;
    let insert = "INSERT INTO session_changes (seq, token_hash) VALUES (?, zeroblob(32))";
    sqlx::query(insert).bind(of_copy.max(replaced) + SEQUENCE_JUMP).execute(&mut *connection).await?;
    Ok(())
}

async fn is_usable(database: &SqliteFile) -> bool {
    database.path().exists() && schema::check(database).await.is_ok()
}

/// Replaces the content of a database in one transaction, under SQLite's own locks. A file that is not a database is replaced as a file.
async fn replace_content(copy: Partial, database: &SqliteFile) -> Result<(), BackupError> {
    let (from, to) = (copy.path().to_owned(), database.path().to_owned());
    let copied = tokio::task::spawn_blocking(move || copy_pages(&from, &to)).await;
    match copied.map_err(|error| StoreError(error.into()))? {
        Ok(true) => Ok(()),
        Ok(false) => Err(BackupError::Busy),
        Err(error) if is_not_a_database(&error) => {
            partial::remove_companions(database.path());
            copy.publish(database.path(), Existing::Replace).map(drop)
        }
        Err(error) => Err(StoreError(error.into()).into()),
    }
}

fn is_not_a_database(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    error.sqlite_error_code().is_some_and(|code| matches!(code, DatabaseCorrupt | NotADatabase))
}

/// Copies one database over another one in one transaction; returns whether it got the lock in time.
fn copy_pages(from: &Path, to: &Path) -> rusqlite::Result<bool> {
    use rusqlite::{
        Connection, OpenFlags,
        backup::{Backup, StepResult},
    };
    let from = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut to = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let backup = Backup::new(&from, &mut to)?;
    for _ in 0..LOCK_TIMEOUT.as_millis() / RETRY_INTERVAL.as_millis() {
        match backup.step(-1)? {
            StepResult::Done => return Ok(true),
            _ => std::thread::sleep(RETRY_INTERVAL),
        }
    }
    Ok(false)
}

async fn connect(file: &SqliteFile) -> sqlx::Result<SqliteConnection> {
    file.options().busy_timeout(LOCK_TIMEOUT).connect().await
}

/// Tells a damaged file from a store that does not answer.
fn explain(error: sqlx::Error, damaged: fn(String) -> BackupError) -> BackupError {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    match error.as_database_error() {
        // SQLITE_CORRUPT and SQLITE_NOTADB, with extensions above the lowest byte.
        Some(error) if code.is_some_and(|code| [11, 26].contains(&(code & 0xff))) => damaged(error.message().into()),
        _ => StoreError::from(error).into(),
    }
}
