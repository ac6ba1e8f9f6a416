//! The store on SQLite: one file, write-ahead log, no server to run.

use std::{borrow::Cow, str::FromStr, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, User, UserId};
use sqlx::{
    Row, SqlSafeStr, SqlitePool,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};

use super::{
    Account, Changes, Insertion, NewSession, Position, SessionRecord, SessionStore, StoreError, TokenHash, UserStore,
};

/// Number, name and text of every migration. They are compiled in; one that has been released never changes.
const MIGRATIONS: &[(i64, &str, &str)] = &[(
    1,
    "users and sessions",
    include_str!("../../migrations/sqlite/0001_users_and_sessions.sql"),
)];

/// How long a write waits for another one before the store counts as unavailable.
const BUSY_TIMEOUT: Duration = Duration::from_secs(3);

/// The most changes that are read at once.
const CHANGES_AT_ONCE: i64 = 1000;

/// Users and sessions in an SQLite file.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    pool: SqlitePool,
}

impl SqliteStore {
    /// Opens `sqlite://…`, creates the file where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// The file cannot be opened or is no database, or was written by a newer Latchkey.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A sign-out that was answered must survive a power cut: NORMAL would lose it.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(BUSY_TIMEOUT)
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        migrator().run(&pool).await.map_err(|error| StoreError(error.into()))?;
        Ok(Self { pool })
    }
}

fn migrator() -> Migrator {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(
            version,
            Cow::Borrowed(name),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    Migrator::with_migrations(MIGRATIONS.iter().map(migration).collect())
}

#[async_trait]
impl UserStore for SqliteStore {
    async fn insert_user(&self, account: &Account, now: Timestamp) -> Result<Insertion, StoreError> {
        let user = &account.user;
        let insert = sqlx::query(
            "INSERT INTO users (id, email, name, password_hash, version, created_at) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (email) DO NOTHING",
        );
        let done = insert
            .bind(&user.id.0)
            .bind(&user.email)
            .bind(&user.name)
            .bind(&account.password_hash)
            .bind(user.version.cast_signed())
            .bind(now.as_millisecond())
            .execute(&self.pool)
            .await?;
        Ok(if done.rows_affected() == 1 {
            Insertion::Inserted
        } else {
            Insertion::EmailTaken
        })
    }

    async fn account(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let select = "SELECT id AS user_id, email, name, version, password_hash FROM users WHERE email = ?";
        let row = sqlx::query(select).bind(email).fetch_optional(&self.pool).await?;
        row.map(|row| {
            Ok(Account {
                user: user(&row)?,
                password_hash: row.try_get("password_hash")?,
            })
        })
        .transpose()
    }
}

#[async_trait]
impl SessionStore for SqliteStore {
    async fn insert_session(&self, session: &NewSession) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO sessions (id, token_hash, user_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?)")
            .bind(&session.id.0)
            .bind(session.token_hash.0.as_slice())
            .bind(&session.user_id.0)
            .bind(session.created_at.as_millisecond())
            .bind(session.expires_at.as_millisecond())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError> {
        let select = sqlx::query(
            "SELECT s.id, s.user_id, u.email, u.name, u.version, s.created_at, s.expires_at, s.end_reason
             FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = ?",
        );
        let row = select.bind(token.0.as_slice()).fetch_optional(&self.pool).await?;
        row.map(|row| session(&row)).transpose()
    }

    async fn end_session(&self, token: &TokenHash, reason: EndReason, now: Timestamp) -> Result<bool, StoreError> {
        let update = sqlx::query(
            "UPDATE sessions SET ended_at = ?1, end_reason = ?2
             WHERE token_hash = ?3 AND ended_at IS NULL AND expires_at > ?1",
        );
        let done = update
            .bind(now.as_millisecond())
            .bind(reason.as_str())
            .bind(token.0.as_slice())
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn position(&self) -> Result<Position, StoreError> {
        let select = "SELECT coalesce(max(seq), 0) AS seq FROM session_changes";
        Ok(Position(
            sqlx::query(select).fetch_one(&self.pool).await?.try_get("seq")?,
        ))
    }

    async fn changes_since(&self, position: Position) -> Result<Changes, StoreError> {
        let select = "SELECT seq, token_hash FROM session_changes WHERE seq > ? ORDER BY seq LIMIT ?";
        let rows = sqlx::query(select)
            .bind(position.0)
            .bind(CHANGES_AT_ONCE)
            .fetch_all(&self.pool)
            .await?;
        let Some(first) = rows.first() else {
            return Ok(Changes::Sessions(Vec::new(), position));
        };
        if first.try_get::<i64, _>("seq")? > position.0 + 1 {
            return Ok(Changes::Everything(self.position().await?));
        }
        let last = Position(rows[rows.len() - 1].try_get("seq")?);
        let hashes = rows.iter().map(token_hash).collect::<Result<_, _>>()?;
        Ok(Changes::Sessions(hashes, last))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM sessions LIMIT 1")
            .fetch_optional(&self.pool)
            .await?;
        Ok(())
    }
}

fn user(row: &SqliteRow) -> Result<User, StoreError> {
    Ok(User {
        id: UserId(row.try_get("user_id")?),
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        version: row.try_get::<i64, _>("version")?.cast_unsigned(),
    })
}

fn session(row: &SqliteRow) -> Result<SessionRecord, StoreError> {
    let ended = row.try_get::<Option<String>, _>("end_reason")?;
    let reason = |text: String| EndReason::parse(&text).ok_or_else(|| StoreError(format!("end_reason {text}").into()));
    Ok(SessionRecord {
        id: SessionId(row.try_get("id")?),
        user: user(row)?,
        created_at: instant(row, "created_at")?,
        expires_at: instant(row, "expires_at")?,
        ended: ended.map(reason).transpose()?,
    })
}

fn token_hash(row: &SqliteRow) -> Result<TokenHash, StoreError> {
    let bytes = row.try_get::<Vec<u8>, _>("token_hash")?;
    bytes
        .try_into()
        .map(TokenHash)
        .map_err(|_| StoreError("a token hash is not 32 bytes long".into()))
}

fn instant(row: &SqliteRow, column: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(row.try_get(column)?).map_err(|error| StoreError(error.into()))
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self(error.into())
    }
}
