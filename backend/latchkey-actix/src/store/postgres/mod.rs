//! The store in PostgreSQL, which any number of servers can share.
//!
//! A transaction that begins or ends sessions of a user locks the user's row first, and then rows of sessions in the order of their ids. So
//! there are no deadlocks, and a log-in that checked the old password cannot commit after a change of the password. The isolation level is
//! READ COMMITTED: each statement sees what was committed before it, and a statement that waited for a row reads it again.

mod attempts;
mod audit;
mod connect;
mod connections;
mod devices;
mod ends;
mod feed;
mod password_links;
mod pools;
mod schema;
mod sessions;
mod sweep;
mod transaction;
pub mod url;
mod users;

use std::{borrow::Cow, fmt, sync::Arc};

use jiff::Timestamp;
use latchkey_shared::{User, UserId};
use sqlx::{
    Row,
    postgres::{PgConnectOptions, PgRow},
};

use super::{StoreError, TokenHash, migrations::MigrationText, pool_waits::PoolWaits};
use crate::clock::{Clock, Monotonic, StoreClock};
use connect::Timeouts;
use pools::Pool;
use url::PostgresUrl;

const MIGRATIONS: &[MigrationText] = &[
    (1, "users and sessions", include_str!("../../../migrations/postgres/0001_users_and_sessions.sql")),
    (2, "session changes", include_str!("../../../migrations/postgres/0002_session_changes.sql")),
    (3, "search path of triggers", include_str!("../../../migrations/postgres/0003_search_path_of_triggers.sql")),
    (4, "password links", include_str!("../../../migrations/postgres/0004_password_links.sql")),
];

/// The server's time.
const NOW: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now";

/// Concurrent reads for checks.
const CHECKS: u32 = 4;

/// Other concurrent reads.
const READERS: u32 = 2;

/// Concurrent writes.
const WRITERS: u32 = 4;

/// Users, sessions, failed log-ins and the audit trail in a PostgreSQL database, which any number of servers can share.
///
/// A server uses at most eleven connections: three pools, so that no kind of work waits for another, and one connection for its feed.
#[derive(Clone)]
pub struct PostgresStore {
    writers: Pool,
    /// For checks of sessions only.
    checks: Pool,
    /// For all other reads.
    readers: Pool,
    /// Options for further connections: one per feed.
    options: PgConnectOptions,
    clock: Arc<StoreClock>,
    waits: PoolWaits,
}

impl PostgresStore {
    /// Opens `postgres://…` and migrates the tables. The database must exist. A server on another machine requires `sslmode=verify-full` in
    /// the URL; see [`open_url`](Self::open_url) for another policy.
    ///
    /// # Errors
    /// The URL is invalid, or the database cannot be reached or was written by a newer Latchkey.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_url(&url.parse()?).await
    }

    /// Like [`open`](Self::open), for a URL that has been parsed.
    ///
    /// # Errors
    /// The database cannot be reached, or was written by a newer Latchkey.
    pub async fn open_url(url: &PostgresUrl) -> Result<Self, StoreError> {
        let options = url.options();
        Box::pin(schema::migrate(&options)).await?;
        let waits = PoolWaits::default();
        let pool = |name, size, timeouts| {
            Pool::new(name, &options, size, Timeouts { acquire: url.acquire_timeout(), ..timeouts }, &waits)
        };
        let writers = pool("writers", WRITERS, Timeouts::WRITE);
        let checks = pool("checks", CHECKS, Timeouts::CHECK);
        let readers = pool("readers", READERS, Timeouts::READ);
        tokio::try_join!(writers.warm_up(), checks.warm_up(), readers.warm_up())?;
        Self::on(options, [writers, checks, readers], waits).await
    }

    /// Opens a database for an operator's command, without creating or migrating anything. Time-outs are longer than those of a server.
    ///
    /// # Errors
    /// The tables are outdated, or an error of [`open_url`](Self::open_url).
    pub async fn open_existing(url: &PostgresUrl) -> Result<Self, StoreError> {
        let options = url.options();
        Box::pin(schema::check(&options)).await?;
        let waits = PoolWaits::default();
        let pool = Pool::new("commands", &options, 2, Timeouts::COMMAND, &waits);
        Self::on(options, [pool.clone(), pool.clone(), pool], waits).await
    }

    async fn on(options: PgConnectOptions, pools: [Pool; 3], waits: PoolWaits) -> Result<Self, StoreError> {
        let [writers, checks, readers] = pools;
        let (clock, asked_at) = (StoreClock::default(), Monotonic::now());
        for row in readers.fetch(|| sqlx::query(NOW)).await? {
            clock.synchronise(instant(&row, "now")?, asked_at);
        }
        Ok(Self { writers, checks, readers, options, clock: Arc::new(clock), waits })
    }

    /// The server's clock, as it was read when the store was opened. A [`Latchkey`](crate::Latchkey) reads it again with every poll of its
    /// feed.
    #[must_use]
    pub fn clock(&self) -> Arc<StoreClock> {
        self.clock.clone()
    }

    /// Whether a database has no tables of Latchkey yet.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn is_empty(url: &PostgresUrl) -> Result<bool, StoreError> {
        Box::pin(schema::is_empty(&url.options())).await
    }
}

impl fmt::Debug for PostgresStore {
    /// Omits the options, which contain the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

/// Replaces NUL characters, which PostgreSQL cannot store, in text that a client sent.
fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

fn user(row: &PgRow) -> Result<User, StoreError> {
    let version = row.try_get::<i64, _>("version")?.cast_unsigned();
    Ok(User::new(
        UserId(row.try_get("user_id")?),
        row.try_get::<&str, _>("email")?,
        row.try_get::<&str, _>("name")?,
        version,
    ))
}

fn token_hash(row: &PgRow) -> Result<TokenHash, StoreError> {
    parse_token_hash(row.try_get("token_hash")?)
}

fn parse_token_hash(bytes: &[u8]) -> Result<TokenHash, StoreError> {
    bytes.try_into().map(TokenHash).map_err(|_| StoreError("a token hash is not 32 bytes long".into()))
}

fn instant(row: &PgRow, column: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(row.try_get(column)?).map_err(|error| StoreError(error.into()))
}
