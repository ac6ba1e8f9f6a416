//! Deleting old rows in batches. Servers need no leader for it: an advisory lock lets one of them do a batch, and the others skip it.

use jiff::Timestamp;

use super::{PostgresStore, transaction::Transaction};
use crate::store::StoreError;

/// The advisory lock for a batch.
const LOCK: i64 = 0x7377_6565_7069_6e67;

/// How long changes are kept for feeds at least, in minutes. A cache whose feed did not poll for longer is emptied.
const CHANGES_KEPT_MIN: i32 = 10;

/// Most changes of one batch.
const CHANGES: i64 = 5_000;

// The statements of batches order rows by their age, so that PostgreSQL reads the index by age and does not scan the table for them.
impl PostgresStore {
    /// Executes a statement on at most `$2` rows that are older than `$1`, and returns how many there were: none if another server is doing
    /// a batch.
    pub(super) async fn sweep(
        &self,
        statement: &'static str,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.writers
            .write(|| async {
                let Some(mut batch) = self.begin_batch().await? else { return Ok(0) };
                let statement = sqlx::query(statement).bind(before.as_millisecond()).bind(i64::from(limit));
                let swept = statement.execute(&mut *batch).await?.rows_affected();
                batch.commit().await?;
                Ok(swept)
            })
            .await
    }

    /// Begins a transaction that holds the lock for batches; `None` if another one holds it.
    pub(super) async fn begin_batch(&self) -> Result<Option<Transaction>, StoreError> {
        let mut transaction = self.writers.begin().await?;
        let is_locked = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)").bind(LOCK);
        if is_locked.fetch_one(&mut *transaction).await? {
            return Ok(Some(transaction));
        }
        transaction.roll_back().await?;
        Ok(None)
    }

    /// Deletes changes that all feeds should have read long ago. A transaction in progress holds back the changes of all later ones. Up to
    /// which transaction changes were deleted is stored, so that a feed that missed some reports [`Changed::Everything`].
    ///
    /// [`Changed::Everything`]: crate::store::Changed::Everything
    pub(super) async fn prune_changes(&self) -> Result<(), StoreError> {
        self.writers
            .write(|| async {
                let Some(mut batch) = self.begin_batch().await? else { return Ok(()) };
                sqlx::query(PRUNE).bind(CHANGES_KEPT_MIN).bind(CHANGES).execute(&mut *batch).await?;
                batch.commit().await
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
