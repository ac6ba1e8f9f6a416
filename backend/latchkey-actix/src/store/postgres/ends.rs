//! Ending sessions in PostgreSQL, for a given reason or by time. Every statement that ends sessions writes `session-expired` or
//! `session-idle` for those of them that are overdue.

use latchkey_shared::{EndReason, UserId};
use sqlx::{
    AssertSqlSafe, PgConnection, Postgres, Row,
    postgres::{PgArguments, PgRow},
};

use super::{text, token_hash};
use crate::store::{NewSession, SessionSelector, StoreError, TimeLimits, TokenHash};

/// The condition of an active session at $1, with an idle limit of $2 milliseconds or NULL.
pub const ACTIVE: &str =
    "ended_at IS NULL AND expires_at > $1::bigint AND ($2::bigint IS NULL OR last_seen_at > $1 - $2)";

/// Ends sessions at $1: overdue ones by time, the others for the reason $3.
const END: &str = "UPDATE sessions SET
    ended_at = least($1::bigint, expires_at, coalesce(last_seen_at + $2::bigint, expires_at)),
    end_reason = CASE
        WHEN last_seen_at + $2 <= $1 AND last_seen_at + $2 < expires_at THEN 'session-idle'
        WHEN expires_at <= $1 THEN 'session-expired'
        ELSE $3::text END";

/// Longest idle limit: longer than any real one, and short enough that adding it to an instant does not overflow.
const LONGEST_IDLE_MS: i64 = 1 << 53;

pub type Query<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

/// A query with the limits as its first two parameters.
pub fn bind<'q>(sql: String, TimeLimits { now, idle }: TimeLimits) -> Query<'q> {
    let idle = idle.map(|idle| i64::try_from(idle.as_millis()).unwrap_or(LONGEST_IDLE_MS).min(LONGEST_IDLE_MS));
    sqlx::query(AssertSqlSafe(sql)).bind(now.as_millisecond()).bind(idle)
}

/// Locks a user's row until the transaction ends, and returns whether the user exists. Transactions that begin or end the user's sessions
/// wait for it.
pub async fn lock_user(connection: &mut PgConnection, user: &UserId) -> Result<bool, StoreError> {
    let lock = sqlx::query("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE").bind(text(&user.0));
    Ok(lock.fetch_optional(connection).await?.is_some())
}

/// Locks the sessions that have not ended of a user whose row is locked, and returns their ids.
async fn lock_sessions(
    connection: &mut PgConnection,
    user: &UserId,
    but: Option<&str>,
) -> Result<Vec<String>, StoreError> {
    let lock = "SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2
                ORDER BY id FOR NO KEY UPDATE";
    let lock = sqlx::query_scalar(lock).bind(text(&user.0)).bind(but.map(text));
    Ok(lock.fetch_all(connection).await?)
}

/// Writes the end of a session if it is overdue, and returns its reason.
pub fn end_overdue<'q>(token: &'q TokenHash, limits: TimeLimits) -> Query<'q> {
    let update = format!("{END} WHERE token_hash = $4 AND ended_at IS NULL AND NOT ({ACTIVE}) RETURNING end_reason");
    bind(update, limits).bind(None::<&str>).bind(token.0.as_slice())
}

/// Writes the ends of at most `limit` overdue sessions. One subquery for each limit, because each has an index of its own.
pub fn end_all_overdue<'q>(limits: TimeLimits, limit: u32) -> Query<'q> {
    let by = |column, condition| {
        format!(
            "SELECT id FROM (SELECT id FROM sessions WHERE ended_at IS NULL AND {condition}
             ORDER BY {column} LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED) AS due"
        )
    };
    let expired = by("expires_at", "expires_at <= $1");
    let idle = by("last_seen_at", "last_seen_at <= $1 - $2 AND expires_at > $1");
    let update = format!(
        "{END} WHERE id = ANY(ARRAY({expired} UNION ALL {idle} LIMIT $4)) AND ended_at IS NULL AND NOT ({ACTIVE})"
    );
    bind(update, limits).bind(None::<&str>).bind(i64::from(limit))
}

/// Ends sessions within a transaction, and returns the token hashes of those that were active. If the selector names a user, the user's row
/// must be locked.
pub async fn end(
    connection: &mut PgConnection,
    selector: SessionSelector<'_>,
    reason: EndReason,
    limits: TimeLimits,
) -> Result<Vec<TokenHash>, StoreError> {
    let update = |condition| bind(end_where(condition), limits).bind(reason.as_str());
    let update = match selector {
        SessionSelector::Token(token) => update("token_hash = $4").bind(token.0.as_slice()),
        SessionSelector::Id { id, user: None } => update("id = $4").bind(text(&id.0)),
        SessionSelector::Id { id, user: Some(user) } => {
            update("id = $4 AND user_id = $5").bind(text(&id.0)).bind(text(&user.0))
        }
        SessionSelector::All(user) => update("id = ANY($4)").bind(lock_sessions(connection, user, None).await?),
        SessionSelector::AllBut { id, user } => {
            update("id = ANY($4)").bind(lock_sessions(connection, user, Some(&id.0)).await?)
        }
    };
    ended_for(reason, &update.fetch_all(connection).await?)
}

fn end_where(condition: &str) -> String {
    format!("{END} WHERE {condition} AND ended_at IS NULL RETURNING token_hash, end_reason")
}

/// Ends the least recently used active sessions beyond a limit, of a user whose row is locked. The new session is excluded, in case the
/// clock was set back.
pub async fn end_beyond(
    connection: &mut PgConnection,
    newest: &NewSession,
    limit: u32,
) -> Result<Vec<TokenHash>, StoreError> {
    let beyond = format!(
        "SELECT id FROM sessions WHERE id = ANY(ARRAY(
             SELECT id FROM sessions WHERE user_id = $3 AND id <> $4 AND {ACTIVE}
             ORDER BY last_seen_at DESC, created_at DESC, seq DESC OFFSET $5)) ORDER BY id FOR NO KEY UPDATE"
    );
    let beyond = bind(beyond, newest.limits()).bind(text(&newest.user_id.0)).bind(text(&newest.id.0));
    let beyond = beyond.bind(i64::from(limit.saturating_sub(1))).fetch_all(&mut *connection).await?;
    if beyond.is_empty() {
        return Ok(Vec::new());
    }
    let ids = beyond.iter().map(|row| row.try_get("id")).collect::<Result<Vec<String>, _>>()?;
    let reason = EndReason::SessionRevoked;
    let update = bind(end_where("id = ANY($4)"), newest.limits()).bind(reason.as_str()).bind(ids);
    ended_for(reason, &update.fetch_all(connection).await?)
}

/// The token hashes of the sessions that ended for this reason, and not by time.
fn ended_for(reason: EndReason, rows: &[PgRow]) -> Result<Vec<TokenHash>, StoreError> {
    let mut ended = Vec::new();
    for row in rows {
        if row.try_get::<&str, _>("end_reason")? == reason.as_str() {
            ended.push(token_hash(row)?);
        }
    }
    Ok(ended)
}

/// Parses a stored reason. An unknown one, written by a newer version or in a SQL shell, counts as a revocation.
pub fn parse_reason(text: &str) -> EndReason {
    EndReason::parse(text).unwrap_or(EndReason::SessionRevoked)
}
