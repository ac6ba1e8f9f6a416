//! Devices, the browsers in which users have logged in before, in PostgreSQL.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::UserId;
use sqlx::{PgConnection, Row};

use super::{PostgresStore, text};
use crate::store::{Device, DeviceStore, StoreError, TokenHash};

/// Most devices of one user; the most recently used are kept.
const KEPT: i64 = 100;

#[async_trait]
impl DeviceStore for PostgresStore {
    async fn users_of_device(&self, device: &TokenHash) -> Result<Vec<UserId>, StoreError> {
        let select = "SELECT user_id FROM devices WHERE token_hash = $1";
        let rows = self.readers.fetch(|| sqlx::query(select).bind(device.0.as_slice())).await?;
        rows.iter().map(|row| Ok(UserId(row.try_get("user_id")?))).collect()
    }

    async fn sweep_devices(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let delete = "DELETE FROM devices WHERE ctid = ANY(ARRAY(
                          SELECT ctid FROM devices WHERE last_used_at < $1
                          ORDER BY last_used_at LIMIT $2 FOR UPDATE SKIP LOCKED))";
        self.sweep(delete, before, limit).await
    }
}

/// Remembers that a user, whose row is locked, has logged in with a device.
pub async fn remember(
    connection: &mut PgConnection,
    Device { token_hash, replaces }: Device,
    user: &UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let user = text(&user.0);
    if let Some(replaced) = replaces {
        let copy = sqlx::query(
            "INSERT INTO devices (token_hash, user_id, last_used_at)
             SELECT $1, user_id, last_used_at FROM devices WHERE token_hash = $2 ORDER BY user_id ON CONFLICT DO NOTHING",
        );
        copy.bind(token_hash.0.as_slice()).bind(replaced.0.as_slice()).execute(&mut *connection).await?;
    }
    let insert = sqlx::query(
        "INSERT INTO devices (token_hash, user_id, last_used_at) VALUES ($1, $2, $3)
         ON CONFLICT (token_hash, user_id) DO UPDATE SET last_used_at = $3",
    );
    insert.bind(token_hash.0.as_slice()).bind(&user).bind(now.as_millisecond()).execute(&mut *connection).await?;
    let forget = sqlx::query(
        "DELETE FROM devices WHERE user_id = $1 AND token_hash = ANY(ARRAY(
             SELECT token_hash FROM devices WHERE user_id = $1 AND token_hash <> $2
             ORDER BY last_used_at DESC OFFSET $3))",
    );
    forget.bind(&user).bind(token_hash.0.as_slice()).bind(KEPT - 1).execute(connection).await?;
    Ok(())
}
