//! Deleting old rows in batches.

use jiff::Timestamp;

use super::SqliteStore;
use crate::store::StoreError;

impl SqliteStore {
    /// Executes a statement on at most as many rows as its second parameter, which are older than its first, and returns how many there were.
    pub(super) async fn sweep(
        &self,
        statement: &'static str,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let statement = sqlx::query(statement).bind(before.as_millisecond()).bind(limit);
        Ok(statement.execute(&mut *self.writer.acquire().await?).await?.rows_affected())
    }
}
