//! Devices, the browsers in which users have logged in before, in SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::UserId;
use sqlx::{Row, SqliteConnection};

use super::SqliteStore;
use crate::store::{Device, DeviceStore, StoreError, TokenHash};

/// Most devices of one user; the most recently used are kept.
const KEPT: u32 = 100;

#[async_trait]
impl DeviceStore for SqliteStore {
    async fn users_of_device(&self, device: &TokenHash) -> Result<Vec<UserId>, StoreError> {
        let select = sqlx::query("SELECT user_id FROM devices WHERE token_hash = ?").bind(device.0.as_slice());
        let rows = select.fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(|row| Ok(UserId(row.try_get("user_id")?))).collect()
    }

    async fn sweep_devices(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let delete = sqlx::query(
            "DELETE FROM devices WHERE (token_hash, user_id) IN (
                 SELECT token_hash, user_id FROM devices WHERE last_used_at < ? LIMIT ?)",
        );
        Ok(delete
            .bind(before.as_millisecond())
            .bind(limit)
            .execute(&mut *self.writer.acquire().await?)
            .await?
            .rows_affected())
    }
}

/// Remembers that a user has logged in with a device.
pub async fn remember(
    connection: &mut SqliteConnection,
    Device { token_hash, replaces }: Device,
    user: &UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(replaced) = replaces {
        let copy = sqlx::query(
            "INSERT INTO devices (token_hash, user_id, last_used_at)
             SELECT ?1, user_id, last_used_at FROM devices WHERE token_hash = ?2 ON CONFLICT DO NOTHING",
        );
        copy.bind(token_hash.0.as_slice()).bind(replaced.0.as_slice()).execute(&mut *connection).await?;
    }
    let insert = sqlx::query(
        "INSERT INTO devices (token_hash, user_id, last_used_at) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET last_used_at = ?3",
    );
    insert.bind(token_hash.0.as_slice()).bind(&user.0).bind(now.as_millisecond()).execute(&mut *connection).await?;
    let forget = sqlx::query(
        "DELETE FROM devices WHERE (token_hash, user_id) IN (
             SELECT token_hash, user_id FROM devices WHERE user_id = ?1 AND token_hash <> ?2
             ORDER BY last_used_at DESC LIMIT -1 OFFSET ?3)",
    );
    forget.bind(&user.0).bind(token_hash.0.as_slice()).bind(KEPT - 1).execute(connection).await?;
    Ok(())
}
