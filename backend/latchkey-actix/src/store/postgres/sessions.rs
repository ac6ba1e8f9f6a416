//! Sessions in PostgreSQL.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, UserId};
use sqlx::{AssertSqlSafe, PgConnection, Row, postgres::PgRow};

use super::{
    PostgresStore, attempts, audit, devices,
    ends::{self, ACTIVE, bind, parse_reason},
    feed::PostgresFeed,
    instant, text, token_hash, user,
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
impl SessionSource for PostgresStore {
    fn observe_waits(&self, observer: WaitObserver) {
        self.waits.observe(observer);
    }

    async fn session(&self, token: &TokenHash) -> Result<Option<SessionRecord>, StoreError> {
        let select =
            || sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE s.token_hash = $1"))).bind(token.0.as_slice());
        self.checks.fetch(select).await?.first().map(record).transpose()
    }

    async fn feed(&self) -> Result<Box<dyn ChangeFeed>, StoreError> {
        Ok(Box::new(PostgresFeed::open(&self.options).await?))
    }
}

#[async_trait]
impl SessionStore for PostgresStore {
    async fn insert_session(&self, log_in: &LogIn<'_>) -> Result<InsertSessionOutcome, StoreError> {
        let LogIn { session, password_hash, new_hash, limit, cleared_subjects, device, audit } = *log_in;
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                // A concurrent change of the password or of the account waits for this log-in, or this log-in for the change. The
                // lock is stronger than FOR SHARE: concurrent log-ins of one user must not exceed the limit together.
                let lock = "SELECT 1 FROM users WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL
                            FOR NO KEY UPDATE";
                let lock = sqlx::query(lock).bind(text(&session.user_id.0)).bind(password_hash);
                if lock.fetch_optional(&mut *transaction).await?.is_none() {
                    transaction.roll_back().await?;
                    return Ok(InsertSessionOutcome::AccountChanged);
                }
                insert(&mut transaction, session).await?;
                let mut ended = Vec::new();
                if let Some(replaced) = &session.replaces {
                    let replaced = SessionSelector::Token(replaced);
                    ended = ends::end(&mut transaction, replaced, EndReason::SignedOut, session.limits()).await?;
                }
                ended.extend(ends::end_beyond(&mut transaction, session, limit).await?);
                if let Some(hash) = new_hash {
                    let update = sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2");
                    update.bind(hash).bind(text(&session.user_id.0)).execute(&mut *transaction).await?;
                }
                if let Some(device) = device {
                    devices::remember(&mut transaction, device, &session.user_id, session.created_at).await?;
                }
                attempts::clear_failures(&mut transaction, cleared_subjects).await?;
                audit::insert(&mut transaction, audit).await?;
                transaction.commit().await?;
                Ok(InsertSessionOutcome::Inserted(ended))
            })
            .await
    }

    async fn sessions(&self, user: Option<&UserId>, limits: TimeLimits) -> Result<Vec<SessionRecord>, StoreError> {
        let select = || {
            let select = bind(list(user.is_some()), limits);
            if let Some(user) = user { select.bind(text(&user.0)) } else { select }
        };
        self.readers.fetch(select).await?.iter().map(record).collect()
    }

    async fn session_with_id(&self, id: &SessionId) -> Result<Option<SessionRecord>, StoreError> {
        let select = || sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE s.id = $1"))).bind(text(&id.0));
        self.readers.fetch_by_key(select).await?.first().map(record).transpose()
    }

    async fn count_sessions(&self, limits: TimeLimits) -> Result<u64, StoreError> {
        let select = || bind(format!("SELECT count(*) AS sessions FROM sessions WHERE {ACTIVE}"), limits);
        let rows = self.readers.fetch(select).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.try_get::<i64, _>("sessions"))?.cast_unsigned())
    }

    async fn end_sessions(
        &self,
        selector: SessionSelector<'_>,
        reason: EndReason,
        limits: TimeLimits,
        audit: &AuditEvent,
    ) -> Result<Vec<TokenHash>, StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                let of_user = match selector {
                    SessionSelector::All(user) | SessionSelector::AllBut { user, .. } => Some(user),
                    SessionSelector::Token(_) | SessionSelector::Id { .. } => None,
                };
                if let Some(user) = of_user {
                    ends::lock_user(&mut transaction, user).await?;
                }
                let ended = ends::end(&mut transaction, selector, reason, limits).await?;
                if !ended.is_empty() || of_user.is_some() {
                    audit::insert(&mut transaction, audit).await?;
                }
                transaction.commit().await?;
                Ok(ended)
            })
            .await
    }

    async fn end_overdue(&self, token: &TokenHash, limits: TimeLimits) -> Result<Option<EndReason>, StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                let row = ends::end_overdue(token, limits).fetch_optional(&mut *transaction).await?;
                transaction.commit().await?;
                row.map(|row| Ok(parse_reason(row.try_get("end_reason")?))).transpose()
            })
            .await
    }

    async fn end_all_overdue(&self, limits: TimeLimits, limit: u32) -> Result<u64, StoreError> {
        self.writers
            .write(|| async {
                let Some(mut batch) = self.begin_batch().await? else { return Ok(0) };
                let ended = ends::end_all_overdue(limits, limit).execute(&mut *batch).await?.rows_affected();
                batch.commit().await?;
                Ok(ended)
            })
            .await
    }

    async fn touch_sessions(&self, activity: &[(TokenHash, Timestamp)]) -> Result<(), StoreError> {
        self.writers
            .write(|| async {
                let (tokens, instants): (Vec<&[u8]>, Vec<i64>) =
                    activity.iter().map(|(token, at)| (token.0.as_slice(), at.as_millisecond())).unzip();
                let mut transaction = self.writers.begin().await?;
                let lock = "SELECT 1 FROM sessions WHERE token_hash = ANY($1) AND ended_at IS NULL ORDER BY id
                            FOR NO KEY UPDATE";
                sqlx::query(lock).bind(&tokens).execute(&mut *transaction).await?;
                let update = sqlx::query(
                    "UPDATE sessions SET last_seen_at = seen.at
                     FROM (SELECT token, max(at) AS at FROM unnest($1::bytea[], $2::bigint[]) AS seen (token, at)
                           GROUP BY token) AS seen
                     WHERE token_hash = seen.token AND ended_at IS NULL AND expires_at > seen.at
                         AND last_seen_at < seen.at",
                );
                update.bind(&tokens).bind(instants).execute(&mut *transaction).await?;
                transaction.commit().await
            })
            .await
    }

    async fn extend_session(
        &self,
        token: &TokenHash,
        expires_at: Timestamp,
        limits: TimeLimits,
    ) -> Result<bool, StoreError> {
        self.writers
            .write(|| async {
                let update = format!(
                    "UPDATE sessions SET expires_at = greatest(expires_at, $3), last_seen_at = greatest(last_seen_at, $1)
                     WHERE token_hash = $4 AND {ACTIVE}"
                );
                let update = bind(update, limits).bind(expires_at.as_millisecond()).bind(token.0.as_slice());
                let mut transaction = self.writers.begin().await?;
                let extended = update.execute(&mut *transaction).await?.rows_affected() == 1;
                transaction.commit().await?;
                Ok(extended)
            })
            .await
    }

    async fn sweep_sessions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.prune_changes().await?;
        let delete = "DELETE FROM sessions WHERE id = ANY(ARRAY(
                          SELECT id FROM sessions WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED))";
        self.sweep(delete, before, limit).await
    }

    async fn newest_instant(&self) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.readers.fetch(|| sqlx::query(NEWEST)).await?;
        let newest = rows.first().map_or(Ok(None), |row| row.try_get::<Option<i64>, _>("newest"))?;
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
    UNION ALL SELECT max(last_at) FROM login_attempts) AS newest";

/// Selects the active sessions of the user $3, or of all users.
pub(super) fn list(of_user: bool) -> String {
    let user = if of_user { "s.user_id = $3 AND" } else { "" };
    format!("{SELECT} WHERE {user} {ACTIVE} ORDER BY s.created_at DESC, s.seq DESC")
}

/// The token hashes of a user's sessions that have not ended.
pub(super) async fn tokens_of(connection: &mut PgConnection, user: &UserId) -> Result<Vec<TokenHash>, StoreError> {
    let select = "SELECT token_hash FROM sessions WHERE user_id = $1 AND ended_at IS NULL";
    sqlx::query(select).bind(text(&user.0)).fetch_all(connection).await?.iter().map(token_hash).collect()
}

/// Inserts a session of a user whose row is locked.
pub(super) async fn insert(connection: &mut PgConnection, session: &NewSession) -> Result<(), StoreError> {
    let insert = sqlx::query(
        "INSERT INTO sessions (id, token_hash, user_id, created_at, expires_at, last_seen_at, ip, user_agent, remembered)
         VALUES ($1, $2, $3, $4, $5, $4, $6, $7, $8)",
    );
    insert
        .bind(text(&session.id.0))
        .bind(session.token_hash.0.as_slice())
        .bind(text(&session.user_id.0))
        .bind(session.created_at.as_millisecond())
        .bind(session.expires_at.as_millisecond())
        .bind(session.ip.as_deref().map(text))
        .bind(session.user_agent.as_deref().map(text))
        .bind(session.remembered)
        .execute(connection)
        .await?;
    Ok(())
}

fn record(row: &PgRow) -> Result<SessionRecord, StoreError> {
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
