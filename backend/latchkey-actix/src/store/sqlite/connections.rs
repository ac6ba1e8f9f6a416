//! The connections to one file: one that writes, and readers that never wait for it.

use std::time::Duration;

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::store::StoreError;

/// How many sessions are read for checks at the same time.
pub const CHECKS: u32 = 4;

/// How many other reads there are at the same time.
pub const READERS: u32 = 3;

/// How long a write waits for another one, of this process or of others, before the store counts as unavailable.
const WRITE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a read waits. Readers wait for a checkpoint that resets the log at most, which is short.
const READ_TIMEOUT: Duration = Duration::from_millis(500);

/// The connection that writes. It stays open: it is also what keeps the write-ahead log.
pub async fn writer(options: &SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    let options = options
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        // A sign-out that was answered must survive a power cut: NORMAL would lose it.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(WRITE_TIMEOUT);
    Ok(pool(1, WRITE_TIMEOUT).after_release(|connection, _| Box::pin(is_clean(connection))).connect_with(options).await?)
}

/// Whether a connection can begin another transaction. On a full disk SQLite undoes a transaction by itself. sqlx does not notice, fails
/// to undo it once more, and would refuse every further one: such a connection is replaced.
async fn is_clean(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // An ordinary rollback may still be on its way; this comes after it.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// So many connections that only read, opened when they are needed.
pub fn readers(options: &SqliteConnectOptions, at_most: u32) -> SqlitePool {
    pool(at_most, READ_TIMEOUT).connect_lazy_with(read_only(options))
}

/// One more connection that only reads.
pub async fn reader(options: &SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    Ok(read_only(options).connect().await?)
}

fn read_only(options: &SqliteConnectOptions) -> SqliteConnectOptions {
    options.clone().create_if_missing(false).pragma("query_only", "ON").busy_timeout(READ_TIMEOUT)
}

fn pool(at_most: u32, timeout: Duration) -> SqlitePoolOptions {
    let pool = SqlitePoolOptions::new().max_connections(at_most).acquire_timeout(timeout).test_before_acquire(false);
    pool.idle_timeout(None).max_lifetime(None)
}
