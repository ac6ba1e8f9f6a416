//! Failed log-ins in PostgreSQL.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{PgConnection, Row};

use super::{PostgresStore, audit, instant, text};
use crate::store::{AttemptStore, Attempts, AuditEvent, Failure, StoreError};

#[async_trait]
impl AttemptStore for PostgresStore {
    async fn attempts(&self, subject: &str) -> Result<Option<Attempts>, StoreError> {
        let select = "SELECT failures, last_at FROM login_attempts WHERE subject = $1";
        let rows = self.readers.fetch(|| sqlx::query(select).bind(text(subject))).await?;
        let attempts = rows.first().map(|row| {
            let failures = row.try_get::<i32, _>("failures")?.cast_unsigned();
            Ok(Attempts { failures, last_at: instant(row, "last_at")? })
        });
        attempts.transpose()
    }

    async fn count_failure(&self, failure: &Failure<'_>, event: &AuditEvent) -> Result<(), StoreError> {
        let mut subjects: Vec<_> = failure.subjects.iter().map(|subject| text(subject)).collect();
        // All writers lock rows in the same order, so that there are no deadlocks.
        subjects.sort();
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                for subject in &subjects {
                    let count = sqlx::query(
                        "INSERT INTO login_attempts AS known (subject, account, failures, last_at) VALUES ($1, $2, 1, $3)
                         ON CONFLICT (subject) DO UPDATE SET
                             failures = CASE WHEN known.last_at < $4 THEN 1 ELSE least(known.failures + 1, 1000000) END,
                             last_at = $3",
                    );
                    count
                        .bind(subject)
                        .bind(text(failure.account))
                        .bind(failure.at.as_millisecond())
                        .bind(failure.forget_before.as_millisecond())
                        .execute(&mut *transaction)
                        .await?;
                }
                audit::insert(&mut transaction, event).await?;
                transaction.commit().await
            })
            .await
    }

    async fn sweep_attempts(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let delete = "DELETE FROM login_attempts WHERE subject = ANY(ARRAY(
                          SELECT subject FROM login_attempts WHERE last_at < $1
                          ORDER BY last_at LIMIT $2 FOR UPDATE SKIP LOCKED))";
        self.sweep(delete, before, limit).await
    }
}

/// Clears the failures of some subjects.
pub async fn clear_failures(connection: &mut PgConnection, subjects: &[String]) -> Result<(), StoreError> {
    if subjects.is_empty() {
        return Ok(());
    }
    let subjects: Vec<_> = subjects.iter().map(|subject| text(subject).into_owned()).collect();
    let delete = "DELETE FROM login_attempts WHERE subject = ANY(ARRAY(
                      SELECT subject FROM login_attempts WHERE subject = ANY($1) ORDER BY subject FOR UPDATE))";
    sqlx::query(delete).bind(subjects).execute(connection).await?;
    Ok(())
}

/// Clears all failures of the account with an e-mail address.
pub async fn clear_account_failures(connection: &mut PgConnection, email: &str) -> Result<(), StoreError> {
    let delete = "DELETE FROM login_attempts WHERE subject = ANY(ARRAY(
                      SELECT subject FROM login_attempts WHERE account = $1 ORDER BY subject FOR UPDATE))";
    sqlx::query(delete).bind(text(email)).execute(connection).await?;
    Ok(())
}
