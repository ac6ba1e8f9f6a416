//! The tables of a database: migrated by one process at a time, or only checked.

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::{
    MIGRATIONS,
    connect::{self, Timeouts},
};
use crate::store::{
    StoreError,
    migrations::{SchemaMismatch, migrator},
};

/// The advisory lock for migrations. Advisory locks are separate for each database.
const LOCK: i64 = 0x6c61_7463_686b_6579;

/// Longest wait for another process that migrates the tables.
const LOCK_TIMEOUT: &str = "SET lock_timeout = '60s'";

/// Longest wait of a migration for transactions that use a table. New ones queue behind it meanwhile.
const CHANGE_TIMEOUT: &str = "SET lock_timeout = '3s'; SET statement_timeout = 0";

/// Creates or migrates the tables. Several processes may do so at once: one does it, the others wait.
///
/// # Errors
/// The database cannot be reached, or was written by a newer Latchkey, and then is left unchanged.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), StoreError> {
    let mut connection = connect(options).await?;
    // Most starts need no migration, and so no lock.
    if mismatch(&mut connection).await?.is_some_and(SchemaMismatch::is_mended_by_migrating) {
        // Checked again under the lock, because another process may have migrated the tables meanwhile.
        sqlx::raw_sql(LOCK_TIMEOUT).execute(&mut connection).await?;
        sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut connection).await?;
        if mismatch(&mut connection).await?.is_some_and(SchemaMismatch::is_mended_by_migrating) {
            sqlx::raw_sql(CHANGE_TIMEOUT).execute(&mut connection).await?;
            // One transaction, so that commands of other processes see no tables or all.
            let mut transaction = connection.begin().await?;
            let mut migrator = migrator(MIGRATIONS);
            migrator.set_locking(false);
            migrator.run_direct(None, &mut *transaction, false).await.map_err(|error| StoreError(error.into()))?;
            transaction.commit().await?;
        }
    }
    let newer = mismatch(&mut connection).await?;
    // Closing the connection releases the lock.
    connection.close().await?;
    newer.map_or(Ok(()), |mismatch| Err(mismatch.into()))
}

/// Checks that the tables have the schema of this version, and changes nothing.
///
/// # Errors
/// They have another schema, or the database cannot be reached.
pub async fn check(options: &PgConnectOptions) -> Result<(), StoreError> {
    let mut connection = connect(options).await?;
    let mismatch = mismatch(&mut connection).await?;
    connection.close().await?;
    mismatch.map_or(Ok(()), |mismatch| Err(mismatch.into()))
}

/// Whether the database has no tables of Latchkey yet.
pub async fn is_empty(options: &PgConnectOptions) -> Result<bool, StoreError> {
    let mut connection = connect(options).await?;
    let is_empty = applied(&mut connection).await?.is_empty();
    connection.close().await?;
    Ok(is_empty)
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    let connect = || connect::connect(options, Timeouts::COMMAND, Timeouts::COMMAND.call);
    let (mut connection, mut other) = tokio::try_join!(connect(), connect())?;
    connect::reject_shared_connections(&mut connection, &mut other).await?;
    other.close().await?;
    Ok(connection)
}

async fn mismatch(connection: &mut PgConnection) -> Result<Option<SchemaMismatch>, StoreError> {
    Ok(SchemaMismatch::between(&applied(connection).await?, MIGRATIONS))
}

/// The versions of the applied migrations.
async fn applied(connection: &mut PgConnection) -> Result<Vec<i64>, StoreError> {
    let there = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
    if !sqlx::query_scalar::<_, bool>(there).fetch_one(&mut *connection).await? {
        return Ok(Vec::new());
    }
    let versions = "SELECT version FROM _sqlx_migrations WHERE success";
    Ok(sqlx::query_scalar(versions).fetch_all(connection).await?)
}
