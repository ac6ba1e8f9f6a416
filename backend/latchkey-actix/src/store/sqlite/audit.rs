//! The audit trail in SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::SessionId;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{SqliteStore, instant};
use crate::store::{AuditEntry, AuditEvent, AuditStore, StoreError};

#[async_trait]
impl AuditStore for SqliteStore {
    async fn record(&self, event: &AuditEvent) -> Result<(), StoreError> {
        insert(&mut *self.writer.acquire().await?, event).await
    }

    async fn audit(&self, since: Timestamp, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let select = sqlx::query(
            "SELECT * FROM (SELECT * FROM audit WHERE at >= ? ORDER BY at DESC, seq DESC LIMIT ?) ORDER BY at, seq",
        );
        let rows =
            select.bind(since.as_millisecond()).bind(limit).fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(entry).collect()
    }

    async fn sweep_audit(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let delete =
            sqlx::query("DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE at < ? ORDER BY at LIMIT ?)");
        Ok(delete
            .bind(before.as_millisecond())
            .bind(limit)
            .execute(&mut *self.writer.acquire().await?)
            .await?
            .rows_affected())
    }
}

/// Adds an event on a connection, which may be in a transaction.
pub async fn insert(connection: &mut SqliteConnection, event: &AuditEvent) -> Result<(), StoreError> {
    let insert = sqlx::query(
        "INSERT INTO audit (at, action, outcome, actor, subject, session_id, ip) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    insert
        .bind(event.at.as_millisecond())
        .bind(event.action)
        .bind(event.outcome)
        .bind(&event.actor)
        .bind(&event.subject)
        .bind(event.session.as_ref().map(|session| &session.0))
        .bind(&event.ip)
        .execute(connection)
        .await?;
    Ok(())
}

fn entry(row: &SqliteRow) -> Result<AuditEntry, StoreError> {
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
