//! Sessions in SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, UserId};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{BEGIN, SqliteStore, instant, token_hash, user};
use crate::store::{
    Admission, Changes, NewSession, Position, SessionRecord, SessionSource, SessionStore, StoreError, TokenHash, Which,
};

/// The most changes that are read at once.
const CHANGES_AT_ONCE: i64 = 1000;

/// A session with its user.
const SELECT: &str = "SELECT s.id, s.user_id, u.email, u.name, u.version, s.created_at, s.expires_at, s.last_seen_at,
    s.ip, s.user_agent, s.remembered, s.end_reason FROM sessions s JOIN users u ON u.id = s.user_id";

#[async_trait]
impl SessionSource for SqliteStore {
    async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError> {
        let select = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE s.token_hash = ?")));
        let row = select.bind(token.0.as_slice()).fetch_optional(&self.pool).await?;
        row.as_ref().map(record).transpose()
    }

    async fn position(&self) -> Result<Position, StoreError> {
        let select = "SELECT coalesce(max(seq), 0) AS seq FROM session_changes";
        Ok(Position(sqlx::query(select).fetch_one(&self.pool).await?.try_get("seq")?))
    }

    async fn changes_since(&self, position: Position) -> Result<Changes, StoreError> {
        let select = "SELECT seq, token_hash FROM session_changes WHERE seq > ? ORDER BY seq LIMIT ?";
        let rows = sqlx::query(select).bind(position.0).bind(CHANGES_AT_ONCE).fetch_all(&self.pool).await?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(Changes::Sessions(Vec::new(), position));
        };
        if first.try_get::<i64, _>("seq")? > position.0 + 1 {
            return Ok(Changes::Everything(self.position().await?));
        }
        let reached = Position(last.try_get("seq")?);
        Ok(Changes::Sessions(rows.iter().map(token_hash).collect::<Result<_, _>>()?, reached))
    }
}

#[async_trait]
impl SessionStore for SqliteStore {
    async fn insert_session(
        &self,
        session: &NewSession,
        password_hash: &str,
        limit: u32,
    ) -> Result<Admission, StoreError> {
        let mut transaction = self.pool.begin_with(BEGIN).await?;
        if !insert(&mut transaction, session, password_hash).await? {
            return Ok(Admission::Refused);
        }
        let mut ended = end_beyond(&mut transaction, session, limit).await?;
        if let Some(replaced) = &session.replaces {
            let which = Which::Token(replaced);
            ended.extend(end(&mut transaction, which, EndReason::SignedOut, session.created_at).await?);
        }
        transaction.commit().await?;
        Ok(Admission::Admitted(ended))
    }

    async fn sessions(&self, user: Option<&UserId>, now: Timestamp) -> Result<Vec<SessionRecord>, StoreError> {
        let select = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE s.ended_at IS NULL AND s.expires_at > ?1 AND (?2 IS NULL OR s.user_id = ?2)
             ORDER BY s.created_at DESC, s.rowid DESC"
        )));
        let rows = select.bind(now.as_millisecond()).bind(user.map(|user| &user.0)).fetch_all(&self.pool).await?;
        rows.iter().map(record).collect()
    }

    async fn count_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let select = "SELECT count(*) AS sessions FROM sessions WHERE ended_at IS NULL AND expires_at > ?";
        let row = sqlx::query(select).bind(now.as_millisecond()).fetch_one(&self.pool).await?;
        Ok(row.try_get::<i64, _>("sessions")?.cast_unsigned())
    }

    async fn end_sessions(
        &self,
        which: Which<'_>,
        reason: EndReason,
        now: Timestamp,
    ) -> Result<Vec<TokenHash>, StoreError> {
        end(&mut *self.pool.acquire().await?, which, reason, now).await
    }

    async fn touch_session(&self, token: &TokenHash, now: Timestamp) -> Result<(), StoreError> {
        let update = sqlx::query(
            "UPDATE sessions SET last_seen_at = ?1
             WHERE token_hash = ?2 AND ended_at IS NULL AND expires_at > ?1 AND last_seen_at < ?1",
        );
        update.bind(now.as_millisecond()).bind(token.0.as_slice()).execute(&self.pool).await?;
        Ok(())
    }

    async fn extend_session(
        &self,
        token: &TokenHash,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = sqlx::query(
            "UPDATE sessions SET expires_at = ?1, last_seen_at = ?2
             WHERE token_hash = ?3 AND ended_at IS NULL AND expires_at > ?2",
        );
        let done = update
            .bind(expires_at.as_millisecond())
            .bind(now.as_millisecond())
            .bind(token.0.as_slice())
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn sweep_sessions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let delete = sqlx::query(
            "DELETE FROM sessions WHERE rowid IN (
                 SELECT rowid FROM sessions WHERE ended_at < ?1
                 UNION ALL SELECT rowid FROM sessions WHERE ended_at IS NULL AND expires_at < ?1
                 LIMIT ?2)",
        );
        Ok(delete.bind(before.as_millisecond()).bind(limit).execute(&self.pool).await?.rows_affected())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM sessions LIMIT 1").fetch_optional(&self.pool).await?;
        Ok(())
    }
}

/// Inserts a session, if its user has the password and may sign in; says whether it did.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    session: &NewSession,
    password_hash: &str,
) -> Result<bool, StoreError> {
    let insert = sqlx::query(
        "INSERT INTO sessions (id, token_hash, user_id, created_at, expires_at, last_seen_at, ip, user_agent, remembered)
         SELECT ?1, ?2, id, ?4, ?5, ?4, ?6, ?7, ?9 FROM users
         WHERE id = ?3 AND password_hash = ?8 AND disabled_at IS NULL",
    );
    let done = insert
        .bind(&session.id.0)
        .bind(session.token_hash.0.as_slice())
        .bind(&session.user_id.0)
        .bind(session.created_at.as_millisecond())
        .bind(session.expires_at.as_millisecond())
        .bind(&session.ip)
        .bind(&session.user_agent)
        .bind(password_hash)
        .bind(session.remembered)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends active sessions on a connection, which may be in the middle of a transaction.
pub(super) async fn end(
    connection: &mut SqliteConnection,
    which: Which<'_>,
    reason: EndReason,
    now: Timestamp,
) -> Result<Vec<TokenHash>, StoreError> {
    // ?3 and ?4 are what the condition needs of them.
    let (condition, third, fourth): (_, Value<'_>, Value<'_>) = match which {
        Which::Token(token) => ("token_hash = ?3", Value::Blob(&token.0), Value::Null),
        Which::Id { id, of: None } => ("id = ?3", Value::Text(&id.0), Value::Null),
        Which::Id { id, of: Some(user) } => ("id = ?3 AND user_id = ?4", Value::Text(&id.0), Value::Text(&user.0)),
        Which::AllOf(user) => ("user_id = ?3", Value::Text(&user.0), Value::Null),
        Which::OthersThan { id, of } => ("id <> ?3 AND user_id = ?4", Value::Text(&id.0), Value::Text(&of.0)),
    };
    let update = sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE sessions SET ended_at = ?1, end_reason = ?2
         WHERE {condition} AND ended_at IS NULL AND expires_at > ?1 RETURNING token_hash"
    )));
    let update = fourth.bind(third.bind(update.bind(now.as_millisecond()).bind(reason.as_str())));
    update.fetch_all(connection).await?.iter().map(token_hash).collect()
}

/// Ends the oldest active sessions of a user beyond a limit.
async fn end_beyond(
    connection: &mut SqliteConnection,
    newest: &NewSession,
    limit: u32,
) -> Result<Vec<TokenHash>, StoreError> {
    let update = sqlx::query(
        "UPDATE sessions SET ended_at = ?1, end_reason = ?2 WHERE rowid IN (
             SELECT rowid FROM sessions WHERE user_id = ?3 AND ended_at IS NULL AND expires_at > ?1
             ORDER BY created_at DESC, rowid DESC LIMIT -1 OFFSET ?4)
         RETURNING token_hash",
    );
    let rows = update
        .bind(newest.created_at.as_millisecond())
        .bind(EndReason::SessionRevoked.as_str())
        .bind(&newest.user_id.0)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(token_hash).collect()
}

/// A parameter that is text in one condition and bytes or nothing in another.
enum Value<'a> {
    Text(&'a str),
    Blob(&'a [u8]),
    Null,
}

type Query<'a> = sqlx::query::Query<'a, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

impl<'a> Value<'a> {
    fn bind(self, query: Query<'a>) -> Query<'a> {
        match self {
            Self::Text(text) => query.bind(text),
            Self::Blob(bytes) => query.bind(bytes),
            Self::Null => query.bind(None::<&str>),
        }
    }
}

fn record(row: &SqliteRow) -> Result<SessionRecord, StoreError> {
    let ended = row.try_get::<Option<String>, _>("end_reason")?;
    let reason = |text: String| EndReason::parse(&text).ok_or_else(|| StoreError(format!("end_reason {text}").into()));
    Ok(SessionRecord {
        id: SessionId(row.try_get("id")?),
        user: user(row)?,
        created_at: instant(row, "created_at")?,
        expires_at: instant(row, "expires_at")?,
        last_seen_at: instant(row, "last_seen_at")?,
        ip: row.try_get("ip")?,
        user_agent: row.try_get("user_agent")?,
        remembered: row.try_get("remembered")?,
        ended: ended.map(reason).transpose()?,
    })
}
