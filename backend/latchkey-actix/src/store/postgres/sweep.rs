//! Deletes by age, in batches. Servers need no leader for it: whoever holds the turn deletes, the others leave it to that one.

use jiff::Timestamp;

use super::{PostgresStore, connections::Transaction};
use crate::store::StoreError;

/// The advisory lock of a batch.
const TURN: i64 = 0x7377_6565_7069_6e67;

/// How long changes are kept for readers at least, in minutes. One that was away for longer forgets everything.
const CHANGES_KEPT_MIN: i32 = 10;

/// How many changes are looked at for one batch.
const CHANGES: i64 = 5_000;

impl PostgresStore {
    /// Executes a statement on what is older than `$1`, on at most `$2` rows, and returns how many there were: none if another
    /// server has the turn.
    pub(super) async fn sweep(
        &self,
        statement: &'static str,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.writers
            .write(|| async {
                let Some(mut turn) = self.turn().await? else { return Ok(0) };
                let statement = sqlx::query(statement).bind(before.as_millisecond()).bind(i64::from(limit));
                let swept = statement.execute(&mut *turn).await?.rows_affected();
                turn.commit().await?;
                Ok(swept)
            })
            .await
    }

    /// A transaction that has the turn until it ends, unless another one has it.
    pub(super) async fn turn(&self) -> Result<Option<Transaction>, StoreError> {
        let mut transaction = self.writers.begin().await?;
        let mine = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)").bind(TURN);
        if mine.fetch_one(&mut *transaction).await? {
            return Ok(Some(transaction));
        }
        transaction.roll_back().await?;
        Ok(None)
    }

    /// Forgets changes that all readers should have read long ago. Only those of transactions that are over: one that is still
    /// under way holds back those of later ones. Up to where is written down, so that a reader which did not read them knows.
    pub(super) async fn prune_changes(&self) -> Result<(), StoreError> {
        self.writers
            .write(|| async {
                let Some(mut turn) = self.turn().await? else { return Ok(()) };
                sqlx::query(PRUNE).bind(CHANGES_KEPT_MIN).bind(CHANGES).execute(&mut *turn).await?;
                turn.commit().await
            })
            .await
    }
}

const PRUNE: &str = "WITH oldest AS (
    SELECT xid, at FROM session_changes WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid LIMIT $2
), pruned AS (
    INSERT INTO session_changes_pruned (xid)
    SELECT xid FROM oldest WHERE at < clock_timestamp() - make_interval(mins => $1) ORDER BY xid DESC LIMIT 1
    ON CONFLICT (only_row) DO UPDATE SET xid = greatest(session_changes_pruned.xid, excluded.xid)
    RETURNING xid
)
DELETE FROM session_changes USING pruned WHERE session_changes.xid <= pruned.xid";
