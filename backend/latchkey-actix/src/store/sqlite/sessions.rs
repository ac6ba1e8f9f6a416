//! Sessions in SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, UserId};
use sqlx::{AssertSqlSafe, Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore, attempts, audit, devices,
    ends::{self, ACTIVE, bind, parse_reason},
    feed::SqliteFeed,
    instant, token_hash, user,
};
use crate::store::{
    AuditEvent, ChangeFeed, InsertSessionOutcome, LogIn, NewSession, SessionRecord, SessionSelector, SessionSource,
    SessionStore, StoreError, TimeLimits, TokenHash, WaitObserver,
};

/// Selects the columns of a session with its user.
pub(super) const SELECT: &str =
    "SELECT s.id, s.user_id, u.email, u.name, u.version, s.created_at, s.expires_at, s.last_seen_at,
    s.ip, s.user_agent, s.remembered, s.end_reason FROM sessions s JOIN users u ON u.id = s.user_id";

#[async_trait]
impl SessionSource for SqliteStore {
    fn observe_waits(&self, observer: WaitObserver) {
        self.waits.observe(observer);
    }

    async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError> {
        let select = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE s.token_hash = ?")));
        let row = select.bind(token.0.as_slice()).fetch_optional(&mut *self.checks.acquire().await?).await?;
        row.as_ref().map(record).transpose()
    }

    async fn feed(&self) -> Result<Box<dyn ChangeFeed>, StoreError> {
        Ok(Box::new(SqliteFeed::open(self).await?))
    }
}

#[async_trait]
impl SessionStore for SqliteStore {
    async fn insert_session(&self, log_in: &LogIn<'_>) -> Result<InsertSessionOutcome, StoreError> {
        let LogIn { session, password_hash, new_hash, limit, cleared_subjects, device, audit } = *log_in;
        let mut transaction = self.writer.begin().await?;
        if !insert(&mut transaction, session, password_hash).await? {
            return Ok(InsertSessionOutcome::AccountChanged);
        }
        let mut ended = Vec::new();
        if let Some(replaced) = &session.replaces {
            let limits = session.limits();
            ended = ends::end(&mut transaction, SessionSelector::Token(replaced), EndReason::SignedOut, limits).await?;
        }
        ended.extend(ends::end_beyond(&mut transaction, session, limit).await?);
        if let Some(hash) = new_hash {
            let update = sqlx::query("UPDATE users SET password_hash = ? WHERE id = ?");
            update.bind(hash).bind(&session.user_id.0).execute(&mut *transaction).await?;
        }
        if let Some(device) = device {
            devices::remember(&mut transaction, device, &session.user_id, session.created_at).await?;
        }
        attempts::clear_failures(&mut transaction, cleared_subjects).await?;
        audit::insert(&mut transaction, audit).await?;
        transaction.commit().await?;
        Ok(InsertSessionOutcome::Inserted(ended))
    }

    async fn sessions(&self, user: Option<&UserId>, limits: TimeLimits) -> Result<Vec<SessionRecord>, StoreError> {
        let select = bind(list(user.is_some()), limits);
        let select = if let Some(user) = user { select.bind(&user.0) } else { select };
        select.fetch_all(&mut *self.readers.acquire().await?).await?.iter().map(record).collect()
    }

    async fn session_with_id(&self, id: &SessionId) -> Result<Option<SessionRecord>, StoreError> {
        let select = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE s.id = ?")));
        select.bind(&id.0).fetch_optional(&mut *self.readers.acquire().await?).await?.as_ref().map(record).transpose()
    }

    async fn count_sessions(&self, limits: TimeLimits) -> Result<u64, StoreError> {
        let select = format!("SELECT count(*) AS sessions FROM sessions WHERE {ACTIVE}");
        let row = bind(select, limits).fetch_one(&mut *self.readers.acquire().await?).await?;
        Ok(row.try_get::<i64, _>("sessions")?.cast_unsigned())
    }

    async fn end_sessions(
        &self,
        selector: SessionSelector<'_>,
        reason: EndReason,
        limits: TimeLimits,
        audit: &AuditEvent,
    ) -> Result<Vec<TokenHash>, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let ended = ends::end(&mut transaction, selector, reason, limits).await?;
        if !ended.is_empty() || matches!(selector, SessionSelector::All(_) | SessionSelector::AllBut { .. }) {
            audit::insert(&mut transaction, audit).await?;
        }
        transaction.commit().await?;
        Ok(ended)
    }

    async fn end_overdue(&self, token: &TokenHash, limits: TimeLimits) -> Result<Option<EndReason>, StoreError> {
        ends::end_overdue(&mut *self.writer.acquire().await?, token, limits).await
    }

    async fn end_all_overdue(&self, limits: TimeLimits, limit: u32) -> Result<u64, StoreError> {
        ends::end_all_overdue(&mut *self.writer.acquire().await?, limits, limit).await
    }

    async fn touch_sessions(&self, activity: &[(TokenHash, Timestamp)]) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        for (token, at) in activity {
            let update = sqlx::query(
                "UPDATE sessions SET last_seen_at = ?1
                 WHERE token_hash = ?2 AND ended_at IS NULL AND expires_at > ?1 AND last_seen_at < ?1",
            );
            update.bind(at.as_millisecond()).bind(token.0.as_slice()).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn extend_session(
        &self,
        token: &TokenHash,
        expires_at: Timestamp,
        limits: TimeLimits,
    ) -> Result<bool, StoreError> {
        let update = format!(
            "UPDATE sessions SET expires_at = max(expires_at, ?3), last_seen_at = max(last_seen_at, ?1)
             WHERE token_hash = ?4 AND {ACTIVE}"
        );
        let update = bind(update, limits).bind(expires_at.as_millisecond()).bind(token.0.as_slice());
        Ok(update.execute(&mut *self.writer.acquire().await?).await?.rows_affected() == 1)
    }

    async fn sweep_sessions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let delete = sqlx::query(
            "DELETE FROM sessions WHERE rowid IN (SELECT rowid FROM sessions WHERE ended_at < ?1 LIMIT ?2)",
        );
        Ok(delete
            .bind(before.as_millisecond())
            .bind(limit)
            .execute(&mut *self.writer.acquire().await?)
            .await?
            .rows_affected())
    }

    async fn newest_instant(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(NEWEST).fetch_one(&mut *self.readers.acquire().await?).await?;
        let newest = row.try_get::<Option<i64>, _>("newest")?;
        newest.map(Timestamp::from_millisecond).transpose().map_err(|error| StoreError(error.into()))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.session(&TokenHash([0; 32])).await.map(drop)
    }
}

/// The newest instant, each part from the end of an index. Deadlines are left out, because they lie in the future.
pub(super) const NEWEST: &str = "SELECT max(at) AS newest FROM (
    SELECT max(last_seen_at) AS at FROM sessions WHERE ended_at IS NULL
    UNION ALL SELECT max(ended_at) FROM sessions WHERE ended_at IS NOT NULL
    UNION ALL SELECT max(at) FROM audit
    UNION ALL SELECT max(last_at) FROM login_attempts)";

/// Selects the active sessions of the user ?3, or of all users.
pub(super) fn list(of_user: bool) -> String {
    let user = if of_user { "s.user_id = ?3 AND" } else { "" };
    format!("{SELECT} WHERE {user} {ACTIVE} ORDER BY s.created_at DESC, s.rowid DESC")
}

/// The token hashes of a user's sessions that have not ended.
pub(super) async fn tokens_of(connection: &mut SqliteConnection, user: &UserId) -> Result<Vec<TokenHash>, StoreError> {
    let select = "SELECT token_hash FROM sessions WHERE user_id = ? AND ended_at IS NULL";
    sqlx::query(select).bind(&user.0).fetch_all(connection).await?.iter().map(token_hash).collect()
}

/// Inserts a session if the account is enabled and has this password hash; returns whether it did.
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

fn record(row: &SqliteRow) -> Result<SessionRecord, StoreError> {
    Ok(SessionRecord {
        id: SessionId(row.try_get("id")?),
        user: user(row)?,
        created_at: instant(row, "created_at")?,
        expires_at: instant(row, "expires_at")?,
        last_seen_at: instant(row, "last_seen_at")?,
        ip: row.try_get("ip")?,
        user_agent: row.try_get("user_agent")?,
        remembered: row.try_get("remembered")?,
        ended: row.try_get::<Option<&str>, _>("end_reason")?.map(parse_reason),
    })
}
