//! Failed log-ins in SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Row, SqliteConnection};

use super::{SqliteStore, audit, instant};
use crate::store::{AttemptStore, Attempts, AuditEvent, Failure, StoreError};

#[async_trait]
impl AttemptStore for SqliteStore {
    async fn attempts(&self, subject: &str) -> Result<Option<Attempts>, StoreError> {
        let select = "SELECT failures, last_at FROM login_attempts WHERE subject = ?";
        let row = sqlx::query(select).bind(subject).fetch_optional(&mut *self.readers.acquire().await?).await?;
        row.map(|row| Ok(Attempts { failures: row.try_get("failures")?, last_at: instant(&row, "last_at")? }))
            .transpose()
    }

    async fn count_failure(&self, failure: &Failure<'_>, event: &AuditEvent) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        for subject in failure.subjects {
            let count = sqlx::query(
                "INSERT INTO login_attempts (subject, account, failures, last_at) VALUES (?1, ?2, 1, ?3)
                 ON CONFLICT (subject) DO UPDATE SET
                     failures = CASE WHEN last_at < ?4 THEN 1 ELSE min(failures + 1, 1000000) END, last_at = ?3",
            );
            count
                .bind(subject)
                .bind(failure.account)
                .bind(failure.at.as_millisecond())
                .bind(failure.forget_before.as_millisecond())
                .execute(&mut *transaction)
                .await?;
        }
        audit::insert(&mut transaction, event).await?;
        Ok(transaction.commit().await?)
    }

    async fn sweep_attempts(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let delete = sqlx::query(
            "DELETE FROM login_attempts WHERE rowid IN (SELECT rowid FROM login_attempts WHERE last_at < ? LIMIT ?)",
        );
        Ok(delete
            .bind(before.as_millisecond())
            .bind(limit)
            .execute(&mut *self.writer.acquire().await?)
            .await?
            .rows_affected())
    }
}

/// Clears the failures of these subjects.
pub async fn clear_failures(connection: &mut SqliteConnection, subjects: &[String]) -> Result<(), StoreError> {
    for subject in subjects {
        let delete = sqlx::query("DELETE FROM login_attempts WHERE subject = ?");
        delete.bind(subject).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Clears all failures on the account with an e-mail address.
pub async fn clear_account_failures(connection: &mut SqliteConnection, email: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM login_attempts WHERE account = ?").bind(email).execute(connection).await?;
    Ok(())
}
