//! The tables of a database: brought up to date by one process at a time, or only looked at.

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::{
    MIGRATIONS,
    connections::{self, TimeLimits},
};
use crate::store::{
    StoreError,
    migrations::{SchemaMismatch, migrator},
};

/// The advisory lock of whoever brings the tables up to date. Such locks belong to one database.
const LOCK: i64 = 0x6c61_7463_686b_6579;

/// How long to wait for another process that brings the tables up to date.
const LOCK_TIMEOUT: &str = "SET lock_timeout = '60s'";

/// How long a change of a table waits for those who use it. They wait behind it meanwhile.
const CHANGE_TIMEOUT: &str = "SET lock_timeout = '3s'; SET statement_timeout = 0";

/// Creates the tables, or brings them up to date. Any number of processes may do so at once: one does it, the others wait.
///
/// # Errors
/// The database cannot be reached, or was written by a newer Latchkey; then it is left as it was.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), StoreError> {
    let mut connection = connections::connect(options, TimeLimits::COMMAND).await?;
    // Most starts change nothing, and need not wait for anybody.
    if mismatch(&mut connection).await? == Some(SchemaMismatch::Outdated) {
        // The first statement of the second time must see what another process has done meanwhile: it comes after the lock.
        sqlx::raw_sql(LOCK_TIMEOUT).execute(&mut connection).await?;
        sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut connection).await?;
        if mismatch(&mut connection).await? == Some(SchemaMismatch::Outdated) {
            sqlx::raw_sql(CHANGE_TIMEOUT).execute(&mut connection).await?;
            let mut migrator = migrator(MIGRATIONS);
            migrator.set_locking(false);
            migrator.run_direct(None, &mut connection, false).await.map_err(|error| StoreError(error.into()))?;
        }
    }
    let newer = mismatch(&mut connection).await?;
    // Closing gives the lock back.
    connection.close().await?;
    newer.map_or(Ok(()), |mismatch| Err(mismatch.into()))
}

/// Looks whether the tables are those that this version works with, and changes nothing.
///
/// # Errors
/// They are not, or the database cannot be reached.
pub async fn check(options: &PgConnectOptions) -> Result<(), StoreError> {
    let mut connection = connections::connect(options, TimeLimits::COMMAND).await?;
    let mismatch = mismatch(&mut connection).await?;
    connection.close().await?;
    mismatch.map_or(Ok(()), |mismatch| Err(mismatch.into()))
}

/// Whether there are no tables yet.
pub async fn is_empty(options: &PgConnectOptions) -> Result<bool, StoreError> {
    let mut connection = connections::connect(options, TimeLimits::COMMAND).await?;
    let is_empty = applied(&mut connection).await?.is_empty();
    connection.close().await?;
    Ok(is_empty)
}

async fn mismatch(connection: &mut PgConnection) -> Result<Option<SchemaMismatch>, StoreError> {
    Ok(SchemaMismatch::between(&applied(connection).await?, MIGRATIONS))
}

/// The numbers of the migrations that were applied.
async fn applied(connection: &mut PgConnection) -> Result<Vec<i64>, StoreError> {
    let there = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
    if !sqlx::query_scalar::<_, bool>(there).fetch_one(&mut *connection).await? {
        return Ok(Vec::new());
    }
    let versions = "SELECT version FROM _sqlx_migrations WHERE success";
    Ok(sqlx::query_scalar(versions).fetch_all(connection).await?)
}
