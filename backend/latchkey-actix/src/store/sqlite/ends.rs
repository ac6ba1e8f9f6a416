//! Ending sessions in SQLite, for a given reason or by time. Every statement that ends sessions writes `session-expired` or `session-idle`
//! for those of them that are overdue.

use latchkey_shared::EndReason;
use sqlx::{AssertSqlSafe, Row, SqliteConnection, sqlite::SqliteRow};

use super::token_hash;
use crate::store::{NewSession, SessionSelector, StoreError, TimeLimits, TokenHash};

/// The condition of an active session at ?1, with an idle limit of ?2 milliseconds or NULL.
pub const ACTIVE: &str = "ended_at IS NULL AND expires_at > ?1 AND (?2 IS NULL OR last_seen_at > ?1 - ?2)";

/// Ends sessions at ?1: overdue ones by time, the others for the reason ?3.
const END: &str = "UPDATE sessions SET
    ended_at = min(?1, expires_at, coalesce(last_seen_at + ?2, expires_at)),
    end_reason = CASE
        WHEN last_seen_at + ?2 <= ?1 AND last_seen_at + ?2 < expires_at THEN 'session-idle'
        WHEN expires_at <= ?1 THEN 'session-expired'
        ELSE ?3 END";

/// A query with the limits as its first two parameters.
pub fn bind<'q>(sql: String, TimeLimits { now, idle }: TimeLimits) -> Query<'q> {
    let idle = idle.map(|idle| i64::try_from(idle.as_millis()).unwrap_or(i64::MAX));
    sqlx::query(AssertSqlSafe(sql)).bind(now.as_millisecond()).bind(idle)
}

/// Writes the end of a session if it is overdue, and returns its reason.
pub async fn end_overdue(
    connection: &mut SqliteConnection,
    token: &TokenHash,
    limits: TimeLimits,
) -> Result<Option<EndReason>, StoreError> {
    let row =
        bind(end_if_overdue(), limits).bind(None::<&str>).bind(token.0.as_slice()).fetch_optional(connection).await?;
    row.map(|row| Ok(parse_reason(row.try_get("end_reason")?))).transpose()
}

fn end_if_overdue() -> String {
    format!("{END} WHERE token_hash = ?4 AND ended_at IS NULL AND NOT ({ACTIVE}) RETURNING end_reason")
}

/// Writes the ends of at most `limit` overdue sessions, and returns how many.
pub async fn end_all_overdue(
    connection: &mut SqliteConnection,
    limits: TimeLimits,
    limit: u32,
) -> Result<u64, StoreError> {
    let update = bind(end_all(), limits).bind(None::<&str>).bind(limit);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Ends at most ?4 overdue sessions. One subquery for each limit, because each has an index of its own.
fn end_all() -> String {
    let by = |condition| format!("SELECT rowid FROM sessions WHERE ended_at IS NULL AND {condition}");
    let (expired, idle) = (by("expires_at <= ?1"), by("last_seen_at <= ?1 - ?2 AND expires_at > ?1"));
    format!("{END} WHERE rowid IN ({expired} UNION ALL {idle} LIMIT ?4)")
}

/// Ends sessions on a connection, which may be in a transaction, and returns the token hashes of those that were active.
pub async fn end(
    connection: &mut SqliteConnection,
    selector: SessionSelector<'_>,
    reason: EndReason,
    limits: TimeLimits,
) -> Result<Vec<TokenHash>, StoreError> {
    let (condition, fourth, fifth) = condition(selector);
    let update = fifth.bind(fourth.bind(bind(end_where(condition), limits).bind(reason.as_str())));
    ended_for(reason, &update.fetch_all(connection).await?)
}

fn end_where(condition: &str) -> String {
    format!("{END} WHERE {condition} AND ended_at IS NULL RETURNING token_hash, end_reason")
}

/// The SQL condition of a selector, and its parameters ?4 and ?5.
fn condition(selector: SessionSelector<'_>) -> (&'static str, Value<'_>, Value<'_>) {
    match selector {
        SessionSelector::Token(token) => ("token_hash = ?4", Value::Blob(&token.0), Value::Null),
        SessionSelector::Id { id, user: None } => ("id = ?4", Value::Text(&id.0), Value::Null),
        SessionSelector::Id { id, user: Some(user) } => {
            ("id = ?4 AND user_id = ?5", Value::Text(&id.0), Value::Text(&user.0))
        }
        SessionSelector::All(user) => ("user_id = ?4", Value::Text(&user.0), Value::Null),
        SessionSelector::AllBut { id, user } => ("id <> ?4 AND user_id = ?5", Value::Text(&id.0), Value::Text(&user.0)),
    }
}

/// Ends the least recently used active sessions of a user beyond a limit. The new session is excluded, in case the clock was set back.
pub async fn end_beyond(
    connection: &mut SqliteConnection,
    newest: &NewSession,
    limit: u32,
) -> Result<Vec<TokenHash>, StoreError> {
    let reason = EndReason::SessionRevoked;
    let update = bind(end_beyond_limit(), newest.limits()).bind(reason.as_str());
    let update = update.bind(&newest.user_id.0).bind(&newest.id.0).bind(limit.saturating_sub(1));
    ended_for(reason, &update.fetch_all(connection).await?)
}

fn end_beyond_limit() -> String {
    format!(
        "{END} WHERE rowid IN (
             SELECT rowid FROM sessions WHERE user_id = ?4 AND id <> ?5 AND {ACTIVE}
             ORDER BY last_seen_at DESC, created_at DESC, rowid DESC LIMIT -1 OFFSET ?6)
         RETURNING token_hash, end_reason"
    )
}

/// The token hashes of the sessions that ended for this reason, and not by time.
fn ended_for(reason: EndReason, rows: &[SqliteRow]) -> Result<Vec<TokenHash>, StoreError> {
    let mut ended = Vec::new();
    for row in rows {
        if row.try_get::<&str, _>("end_reason")? == reason.as_str() {
            ended.push(token_hash(row)?);
        }
    }
    Ok(ended)
}

/// A parameter that is text, bytes or NULL, depending on the selector.
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

/// Parses a stored reason. An unknown one, written by a newer version or in a SQL shell, counts as a revocation.
pub fn parse_reason(text: &str) -> EndReason {
    EndReason::parse(text).unwrap_or(EndReason::SessionRevoked)
}

/// All statements of this file, for the test of their query plans.
#[cfg(test)]
pub fn statements() -> Vec<String> {
    use latchkey_shared::{SessionId, UserId};
    let (id, user, token) = (SessionId(String::new()), UserId(String::new()), TokenHash([0; 32]));
    let selectors = [
        SessionSelector::Token(&token),
        SessionSelector::id(&id),
        SessionSelector::Id { id: &id, user: Some(&user) },
        SessionSelector::All(&user),
        SessionSelector::AllBut { id: &id, user: &user },
    ];
    let ends = selectors.map(|selector| end_where(condition(selector).0));
    ends.into_iter().chain([end_beyond_limit(), end_if_overdue(), end_all()]).collect()
}
