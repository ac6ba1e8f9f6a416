//! The tables of a database file: brought up to date under the database's own write lock, or only looked at.

use std::time::Duration;

use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::{MIGRATIONS, file::SqliteFile, pools::BEGIN};
use crate::store::{
    StoreError,
    migrations::{SchemaMismatch, migrator},
};

/// How long to wait for another process that brings the same file up to date.
const LOCK_TIMEOUT: Duration = Duration::from_secs(60);

/// Interval of attempts to change the journal mode, for which SQLite itself does not wait.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// Creates the tables, or brings them up to date. Several processes may do so at once: one does it, the others wait.
///
/// # Errors
/// The file cannot be opened or is no database, or it was written by a newer Latchkey; then it is left as it was.
pub async fn migrate(file: &SqliteFile) -> Result<(), StoreError> {
    let mut connection = file.options().busy_timeout(LOCK_TIMEOUT).connect().await?;
    match mismatch(&mut connection).await? {
        Some(mismatch) if !mismatch.is_mended_by_migrating() => return Err(mismatch.into()),
        Some(_) => {
            // All in one transaction that holds the write lock: sqlx's own lock does nothing on SQLite.
            let mut transaction = connection.begin_with(BEGIN).await?;
            // Not `run`: its future is not `Send` here.
            migrator(MIGRATIONS)
                .run_direct(None, &mut *transaction, false)
                .await
                .map_err(|error| StoreError(error.into()))?;
            transaction.commit().await?;
        }
        None => {}
    }
    use_write_ahead_log(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Checks that the tables have the schema of this version, and changes nothing.
///
/// # Errors
/// They have another schema, or the file cannot be opened.
pub async fn check(file: &SqliteFile) -> Result<(), StoreError> {
    let mut connection = file.options().busy_timeout(LOCK_TIMEOUT).connect().await?;
    let mismatch = mismatch(&mut connection).await?;
    connection.close().await?;
    mismatch.map_or(Ok(()), |mismatch| Err(mismatch.into()))
}

/// How the schema of a database differs from that of this version, if it does.
pub async fn mismatch(connection: &mut SqliteConnection) -> Result<Option<SchemaMismatch>, StoreError> {
    let has_versions = "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
    if sqlx::query_scalar::<_, i64>(has_versions).fetch_one(&mut *connection).await? == 0 {
        return Ok(Some(SchemaMismatch::Missing));
    }
    let versions = "SELECT version FROM _sqlx_migrations WHERE success";
    let applied: Vec<i64> = sqlx::query_scalar(versions).fetch_all(&mut *connection).await?;
    Ok(SchemaMismatch::between(&applied, MIGRATIONS))
}

/// Turns on the write-ahead log, which is then stored in the file. While another process uses the file, SQLite fails at once instead of
/// waiting, so this retries.
async fn use_write_ahead_log(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let set = async {
        loop {
            let mode = sqlx::query_scalar::<_, String>("PRAGMA journal_mode = WAL").fetch_one(&mut *connection).await;
            match mode {
                Err(sqlx::Error::Database(error)) if is_busy(&*error) => tokio::time::sleep(RETRY_INTERVAL).await,
                other => return other,
            }
        }
    };
    let set = tokio::time::timeout(LOCK_TIMEOUT, set).await;
    set.map_err(|_| StoreError("another program keeps the database locked".into()))??;
    Ok(())
}

/// `SQLITE_BUSY` and its variants.
fn is_busy(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
}

#[cfg(test)]
mod tests;
