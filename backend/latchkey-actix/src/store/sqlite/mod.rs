//! The store in SQLite: one file with a write-ahead log, no database server.

mod attempts;
mod audit;
pub mod backup;
mod devices;
mod ends;
mod feed;
pub mod file;
mod password_links;
mod pools;
pub mod schema;
mod sessions;
mod sweep;
mod users;

#[cfg(test)]
mod plans;

use std::time::Duration;

use jiff::Timestamp;
use latchkey_shared::{User, UserId};
use sqlx::{
    Row,
    sqlite::{SqliteConnectOptions, SqliteRow},
};

use super::{StoreError, TokenHash, migrations::MigrationText, pool_waits::PoolWaits};
use file::SqliteFile;
use pools::Pool;

const MIGRATIONS: &[MigrationText] = &[
    (1, "users and sessions", include_str!("../../../migrations/sqlite/0001_users_and_sessions.sql")),
    (2, "unremembered sessions", include_str!("../../../migrations/sqlite/0002_unremembered_sessions.sql")),
    (3, "ends by time", include_str!("../../../migrations/sqlite/0003_ends_by_time.sql")),
    (5, "accounts", include_str!("../../../migrations/sqlite/0005_accounts.sql")),
    (6, "password links", include_str!("../../../migrations/sqlite/0006_password_links.sql")),
];

/// Users, sessions, failed log-ins and the audit trail in an SQLite file.
///
/// With a write-ahead log, readers never wait for a writer. Each kind of work has connections of its own, so checks and the feed go on
/// whatever holds the write lock.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    /// The only connection that writes. Writes of this process queue for it in order, instead of competing for SQLite's lock.
    writer: Pool,
    /// For checks of sessions only.
    checks: Pool,
    /// For all other reads.
    readers: Pool,
    /// Options for further connections: one per feed.
    options: SqliteConnectOptions,
    waits: PoolWaits,
}

impl SqliteStore {
    /// Opens `sqlite://…`, creates the file if it does not exist, and migrates its tables.
    ///
    /// # Errors
    /// The file cannot be opened, is not a database, or was written by a newer Latchkey.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let file: SqliteFile = url.parse()?;
        file.create()?;
        schema::migrate(&file).await?;
        Self::connect(file.options(), pools::WRITE_TIMEOUT).await
    }

    /// Opens `sqlite://…` for an operator's command, without creating or migrating anything. Its writes wait longer for those of servers.
    ///
    /// # Errors
    /// The file does not exist, its tables are outdated, or an error of [`open`](Self::open).
    pub async fn open_existing(url: &str) -> Result<Self, StoreError> {
        let file: SqliteFile = url.parse()?;
        if !file.path().exists() {
            let commands = "`latchkey serve`, `latchkey migrate` and `latchkey user add --create` create one";
            return Err(StoreError(format!("there is no such database: {commands}").into()));
        }
        schema::check(&file).await?;
        Self::connect(file.options(), pools::COMMAND_TIMEOUT).await
    }

    async fn connect(options: SqliteConnectOptions, write_timeout: Duration) -> Result<Self, StoreError> {
        let waits = PoolWaits::default();
        let writer = Pool::new("writer", pools::writer(&options, write_timeout).await?, &waits);
        let checks = Pool::new("checks", pools::readers(&options, pools::CHECKS), &waits);
        let readers = Pool::new("readers", pools::readers(&options, pools::READERS), &waits);
        Ok(Self { writer, checks, readers, options, waits })
    }
}

fn user(row: &SqliteRow) -> Result<User, StoreError> {
    let [email, name]: [String; 2] = [row.try_get("email")?, row.try_get("name")?];
    let version = row.try_get::<i64, _>("version")?.cast_unsigned();
    Ok(User::new(UserId(row.try_get("user_id")?), email, name, version))
}

fn token_hash(row: &SqliteRow) -> Result<TokenHash, StoreError> {
    let bytes = row.try_get::<Vec<u8>, _>("token_hash")?;
    bytes.try_into().map(TokenHash).map_err(|_| StoreError("a token hash is not 32 bytes long".into()))
}

fn instant(row: &SqliteRow, column: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(row.try_get(column)?).map_err(|error| StoreError(error.into()))
}
