//! The store on PostgreSQL: for as many servers as one database carries.
//!
//! Whoever begins or ends the sessions of a user locks the user's row first, and then sessions by id: no deadlocks, and a log-in
//! that checked a password cannot pass a change of it. Everything runs as READ COMMITTED, so each statement sees what was
//! committed before it, and a statement that waited for a row looks at it again.

mod attempts;
mod audit;
mod connections;
mod devices;
mod ends;
mod feed;
mod schema;
mod sessions;
mod sweep;
pub mod url;
mod users;

use std::{borrow::Cow, fmt};

use jiff::Timestamp;
use latchkey_shared::{User, UserId};
use sqlx::{
    Row,
    postgres::{PgConnectOptions, PgRow},
};

use super::{StoreError, TokenHash, migrations::MigrationText};
use connections::{Pool, TimeLimits};
use url::PostgresUrl;

const MIGRATIONS: &[MigrationText] = &[
    (1, "users and sessions", include_str!("../../../migrations/postgres/0001_users_and_sessions.sql")),
    (2, "session changes", include_str!("../../../migrations/postgres/0002_session_changes.sql")),
];

/// How many sessions are read for checks at the same time.
const CHECKS: u32 = 4;

/// How many other reads there are at the same time.
const READERS: u32 = 2;

/// How many writes there are at the same time.
const WRITERS: u32 = 4;

/// Users, sessions, failed log-ins and the audit trail in a PostgreSQL database. A server uses up to eleven connections: those
/// of three pools, so that no kind of work waits for another, and one for its feed.
#[derive(Clone)]
pub struct PostgresStore {
    writers: Pool,
    /// For checks of sessions only.
    checks: Pool,
    /// For all other reads.
    readers: Pool,
    /// Opens further connections, one a feed.
    options: PgConnectOptions,
}

impl PostgresStore {
    /// Opens a database and brings its tables up to date.
    ///
    /// # Errors
    /// It cannot be reached, or was written by a newer Latchkey.
    pub async fn open(url: &PostgresUrl) -> Result<Self, StoreError> {
        let options = url.options();
        schema::migrate(&options).await?;
        let pool = |size, limits| Pool::new(&options, size, limits);
        let writers = pool(WRITERS, TimeLimits::WRITE);
        let checks = pool(CHECKS, TimeLimits::CHECK);
        let readers = pool(READERS, TimeLimits::READ);
        tokio::try_join!(writers.warm_up(), checks.warm_up(), readers.warm_up())?;
        Ok(Self { writers, checks, readers, options })
    }

    /// Opens a database for a command, with more patience than a server has, if its tables are up to date; changes nothing.
    ///
    /// # Errors
    /// They are not, or those of [`open`](Self::open).
    pub async fn open_existing(url: &PostgresUrl) -> Result<Self, StoreError> {
        let options = url.options();
        schema::check(&options).await?;
        let pool = Pool::new(&options, 2, TimeLimits::COMMAND);
        Ok(Self { writers: pool.clone(), checks: pool.clone(), readers: pool, options })
    }

    /// Whether a database has no tables of Latchkey yet.
    ///
    /// # Errors
    /// It cannot be reached.
    pub async fn is_empty(url: &PostgresUrl) -> Result<bool, StoreError> {
        schema::is_empty(&url.options()).await
    }
}

impl fmt::Debug for PostgresStore {
    /// Not the options: they hold the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

/// Text that PostgreSQL can keep: all but the character NUL, which somebody may have typed.
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
