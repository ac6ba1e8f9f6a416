//! Failed log-ins in SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;

use super::{SqliteStore, instant};
use crate::store::{AttemptStore, Attempts, StoreError};

#[async_trait]
impl AttemptStore for SqliteStore {
    async fn attempts(&self, subject: &str) -> Result<Option<Attempts>, StoreError> {
        let select = "SELECT failures, last_at FROM login_attempts WHERE subject = ?";
        let row = sqlx::query(select).bind(subject).fetch_optional(&self.readers).await?;
        row.map(|row| Ok(Attempts { failures: row.try_get("failures")?, last_at: instant(&row, "last_at")? }))
            .transpose()
    }

    async fn replace_attempts(&self, subject: &str, old: Option<Attempts>, new: Attempts) -> Result<bool, StoreError> {
        let replace = match old {
            None => sqlx::query(
                "INSERT INTO login_attempts (subject, failures, last_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (subject) DO NOTHING",
            ),
            Some(_) => sqlx::query(
                "UPDATE login_attempts SET failures = ?2, last_at = ?3
                 WHERE subject = ?1 AND failures = ?4 AND last_at = ?5",
            ),
        };
        let mut replace = replace.bind(subject).bind(new.failures).bind(new.last_at.as_millisecond());
        if let Some(old) = old {
            replace = replace.bind(old.failures).bind(old.last_at.as_millisecond());
        }
        Ok(replace.execute(&self.writer).await?.rows_affected() == 1)
    }

    async fn clear_attempts(&self, subject: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM login_attempts WHERE subject = ?").bind(subject).execute(&self.writer).await?;
        Ok(())
    }

    async fn sweep_attempts(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let delete = sqlx::query(
            "DELETE FROM login_attempts WHERE rowid IN (SELECT rowid FROM login_attempts WHERE last_at < ? LIMIT ?)",
        );
        Ok(delete.bind(before.as_millisecond()).bind(limit).execute(&self.writer).await?.rows_affected())
    }
}
