//! The feed of changes in PostgreSQL: triggers write changes to a table, and each feed polls it on a connection of its own. A poll returns
//! the changes of the transactions that the snapshot of the last poll did not see.
//!
//! There is no LISTEN. A poll every 50 ms reads a few entries of a small index; notifications would only shorten the typical delay, and
//! all commits with notifications in a cluster queue for one lock.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{
    PgConnection, Row,
    postgres::{PgConnectOptions, PgRow},
};

use super::{
    connect::{Timeouts, connect, within},
    parse_token_hash,
};
use crate::{
    clock::Monotonic,
    store::{Batch, ChangeFeed, Changed, StoreError},
};

/// The poll: one statement, so that everything is read in one snapshot. `$1` is the snapshot of the last poll; transactions that it did not
/// see have been committed since, or are still in progress. At most `$2` changes are read.
const POLL: &str = "SELECT
    pg_current_snapshot()::text AS snapshot,
    pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon,
    concat(pg_postmaster_start_time(), ' ', to_regclass('sessions')::oid) AS server,
    (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now,
    coalesce((SELECT xid >= pg_snapshot_xmin($1::pg_snapshot) FROM session_changes_pruned), false) AS is_pruned,
    ARRAY(SELECT DISTINCT token_hash FROM session_changes
          WHERE xid >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, $1::pg_snapshot)
          LIMIT $2) AS changed";

/// Most changes of one poll; more are reported as [`Changed::Everything`].
const CHANGES: usize = 10_000;

/// A feed, with the position up to which it has read.
pub struct PostgresFeed {
    connection: PgConnection,
    position: Position,
}

/// The state of the database at a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Position {
    /// Which transactions were visible: `xmin:xmax:in progress`.
    snapshot: String,
    /// The oldest transaction in progress. It goes back only if the database was replaced by an older state.
    horizon: i64,
    /// Identifies the server's last start, and the table.
    server: String,
}

impl PostgresFeed {
    /// Opens a feed of all changes from now on.
    pub async fn open(options: &PgConnectOptions) -> Result<Self, StoreError> {
        let mut connection = connect(options, Timeouts::CHECK, Timeouts::CHECK.call).await?;
        let now: String = sqlx::query_scalar("SELECT pg_current_snapshot()::text").fetch_one(&mut connection).await?;
        let position = Position::of(&poll(&mut connection, &now).await?)?;
        Ok(Self { connection, position })
    }

    /// Moves to the position of a poll, and returns the changes since the last one.
    fn advance(&mut self, row: &PgRow) -> Result<Changed, StoreError> {
        let last = std::mem::replace(&mut self.position, Position::of(row)?);
        let changed: Vec<Option<Vec<u8>>> = row.try_get("changed")?;
        // A change without a token hash concerns all sessions.
        let tokens: Option<Vec<Vec<u8>>> = changed.into_iter().collect();
        let Some(tokens) = tokens else { return Ok(Changed::Everything) };
        if !self.position.follows(&last) || row.try_get("is_pruned")? || tokens.len() > CHANGES {
            return Ok(Changed::Everything);
        }
        Ok(Changed::Tokens(tokens.iter().map(|token| parse_token_hash(token)).collect::<Result<_, _>>()?))
    }
}

impl Position {
    fn of(row: &PgRow) -> Result<Self, StoreError> {
        Ok(Self {
            snapshot: row.try_get("snapshot")?,
            horizon: row.try_get("horizon")?,
            server: row.try_get("server")?,
        })
    }

    /// Whether this position is later in the same history. A connection pooler may hide that the server was replaced.
    fn follows(&self, last: &Self) -> bool {
        self.server == last.server && self.horizon >= last.horizon
    }
}

#[async_trait]
impl ChangeFeed for PostgresFeed {
    async fn next(&mut self, wait: Duration) -> Result<Batch, StoreError> {
        tokio::time::sleep(wait).await;
        let as_of = Monotonic::now();
        let row = poll(&mut self.connection, &self.position.snapshot).await?;
        let now = Timestamp::from_millisecond(row.try_get("now")?).map_err(|error| StoreError(error.into()))?;
        Ok(Batch { changed: self.advance(&row)?, as_of, now: Some(now) })
    }
}

async fn poll(connection: &mut PgConnection, snapshot: &str) -> Result<PgRow, StoreError> {
    let poll = sqlx::query(POLL).bind(snapshot).bind(i64::try_from(CHANGES + 1).unwrap_or(i64::MAX));
    within(Timeouts::CHECK.call, async { Ok(poll.fetch_one(connection).await?) }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_on_another_server_or_before_the_last_one_does_not_follow_it() {
        let position = |server: &str, horizon| Position { snapshot: String::new(), horizon, server: server.into() };
        let last = position("started at noon", 100);
        assert!(last.follows(&last) && position("started at noon", 101).follows(&last));
        assert!(!position("started at noon", 99).follows(&last), "restored to an earlier state");
        assert!(!position("started at one", 200).follows(&last), "crashed, or failed over");
    }
}
