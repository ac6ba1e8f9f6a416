//! The audit trail in PostgreSQL.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::SessionId;
use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{PostgresStore, instant, text};
use crate::store::{AuditEntry, AuditEvent, AuditStore, StoreError};

#[async_trait]
impl AuditStore for PostgresStore {
    async fn record(&self, event: &AuditEvent) -> Result<(), StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                insert(&mut transaction, event).await?;
                transaction.commit().await
            })
            .await
    }

    async fn audit(&self, since: Timestamp, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let select = "SELECT * FROM (SELECT * FROM audit WHERE at >= $1 ORDER BY at DESC, seq DESC LIMIT $2) AS latest
                      ORDER BY at, seq";
        let select = || sqlx::query(select).bind(since.as_millisecond()).bind(i64::from(limit));
        self.readers.fetch(select).await?.iter().map(entry).collect()
    }

    async fn sweep_audit(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let delete = "DELETE FROM audit WHERE seq = ANY(ARRAY(
                          SELECT seq FROM audit WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))";
        self.sweep(delete, before, limit).await
    }
}

/// Adds an event within a transaction.
pub async fn insert(connection: &mut PgConnection, event: &AuditEvent) -> Result<(), StoreError> {
    let insert = sqlx::query(
        "INSERT INTO audit (at, action, outcome, actor, subject, session_id, ip) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    );
    insert
        .bind(event.at.as_millisecond())
        .bind(event.action)
        .bind(event.outcome)
        .bind(text(&event.actor))
        .bind(event.subject.as_deref().map(text))
        .bind(event.session.as_ref().map(|session| text(&session.0)))
        .bind(event.ip.as_deref().map(text))
        .execute(connection)
        .await?;
    Ok(())
}

fn entry(row: &PgRow) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        at: instant(row, "at")?,
        action: row.try_get("action")?,
        outcome: row.try_get("outcome")?,
        actor: row.try_get("actor")?,
        subject: row.try_get("subject")?,
        session: row.try_get::<Option<String>, _>("session_id")?.map(SessionId),
        ip: row.try_get("ip")?,
    })
}
