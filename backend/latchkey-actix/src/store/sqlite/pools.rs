//! The connections to a database file: one writer, and readers that never wait for it.

use std::time::Duration;

use sqlx::{
    ConnectOptions, Connection, Sqlite, SqliteConnection, SqlitePool, Transaction,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::store::{StoreError, pool_waits::PoolWaits};

/// Begins a transaction that will write. It takes the write lock at once: a transaction that takes it later cannot wait for it.
pub const BEGIN: &str = "BEGIN IMMEDIATE";

/// Concurrent reads for checks.
pub const CHECKS: u32 = 4;

/// Other concurrent reads.
pub const READERS: u32 = 3;

/// Longest wait of a write for others, of this or another process, before the store counts as unavailable.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(3);

/// The same for an operator's command. SQLite's lock has no queue, so busy servers can keep it from a command for seconds.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest wait of a read. Readers wait only while a checkpoint resets the log, which is short.
const READ_TIMEOUT: Duration = Duration::from_millis(500);

/// The cache of a connection that reads, in KiB (negative, as SQLite wants it): enough for the inner pages of the indexes.
/// With the default of 2 MiB, the connections would hold more memory than ten thousand cached sessions; other pages are in the
/// operating system's cache.
const READER_CACHE: &str = "-256";

/// The connections for one kind of work, with the waits for them measured.
#[derive(Clone, Debug)]
pub struct Pool {
    name: &'static str,
    pool: SqlitePool,
    waits: PoolWaits,
}

impl Pool {
    /// Measures the waits for the connections of a pool.
    pub fn new(name: &'static str, pool: SqlitePool, waits: &PoolWaits) -> Self {
        Self { name, pool, waits: waits.clone() }
    }

    /// Waits for a connection.
    pub async fn acquire(&self) -> Result<PoolConnection<Sqlite>, sqlx::Error> {
        self.waits.measure(self.name, self.pool.acquire()).await
    }

    /// Waits for a connection and for the lock, and begins a transaction that writes.
    pub async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.waits.measure(self.name, self.pool.begin_with(BEGIN)).await
    }
}

/// The connection that writes. It stays open, because the last connection to close deletes the write-ahead log.
pub async fn writer(options: &SqliteConnectOptions, timeout: Duration) -> Result<SqlitePool, StoreError> {
    let options = options
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged sign-out must survive a power failure; NORMAL could lose it.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(timeout);
    Ok(pool(1, timeout).after_release(|connection, _| Box::pin(is_clean(connection))).connect_with(options).await?)
}

/// Whether a connection can begin another transaction. On a full disk SQLite undoes a transaction by itself. sqlx does not notice, fails
/// to undo it once more, and would refuse every further one: such a connection is replaced.
async fn is_clean(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // An ordinary rollback may still be on its way; this comes after it.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// A pool of at most `at_most` connections that only read, opened on demand.
pub fn readers(options: &SqliteConnectOptions, at_most: u32) -> SqlitePool {
    pool(at_most, READ_TIMEOUT).connect_lazy_with(read_only(options))
}

/// One more connection that only reads.
pub async fn reader(options: &SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    Ok(read_only(options).connect().await?)
}

fn read_only(options: &SqliteConnectOptions) -> SqliteConnectOptions {
    let options = options.clone().create_if_missing(false).busy_timeout(READ_TIMEOUT);
    options.pragma("query_only", "ON").pragma("cache_size", READER_CACHE)
}

fn pool(at_most: u32, timeout: Duration) -> SqlitePoolOptions {
    let pool = SqlitePoolOptions::new().max_connections(at_most).acquire_timeout(timeout).test_before_acquire(false);
    pool.idle_timeout(None).max_lifetime(None)
}
