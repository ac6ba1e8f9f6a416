//! Users in SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::{EndReason, User, UserId};
use sqlx::{Row, sqlite::SqliteRow};

use super::{BEGIN, SqliteStore, ends, sessions, user};
use crate::store::{Account, Insertion, OwnChange, StoreError, TokenHash, UserStore, Which};

#[async_trait]
impl UserStore for SqliteStore {
    async fn insert_user(&self, account: &Account, now: Timestamp) -> Result<Insertion, StoreError> {
        let user = &account.user;
        let insert = sqlx::query(
            "INSERT INTO users (id, email, name, password_hash, version, created_at, disabled_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, iif(?7, ?6, NULL)) ON CONFLICT (email) DO NOTHING",
        );
        let done = insert
            .bind(&user.id.0)
            .bind(&user.email)
            .bind(&user.name)
            .bind(&account.password_hash)
            .bind(user.version.cast_signed())
            .bind(now.as_millisecond())
            .bind(account.disabled)
            .execute(&self.writer)
            .await?;
        Ok(if done.rows_affected() == 1 { Insertion::Inserted } else { Insertion::EmailTaken })
    }

    async fn account(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let select =
            "SELECT id AS user_id, email, name, version, password_hash, disabled_at FROM users WHERE email = ?";
        let row = sqlx::query(select).bind(email).fetch_optional(&self.readers).await?;
        row.as_ref().map(account).transpose()
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let select = "SELECT id AS user_id, email, name, version, password_hash, disabled_at FROM users ORDER BY email";
        sqlx::query(select).fetch_all(&self.readers).await?.iter().map(account).collect()
    }

    async fn rename_user(&self, id: &UserId, name: &str) -> Result<(User, Vec<TokenHash>), StoreError> {
        let mut transaction = self.writer.begin_with(BEGIN).await?;
        let update = "UPDATE users SET name = ?, version = version + 1 WHERE id = ?
                      RETURNING id AS user_id, email, name, version";
        let user = user(&sqlx::query(update).bind(name).bind(&id.0).fetch_one(&mut *transaction).await?)?;
        let sessions = sessions::tokens_of(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok((user, sessions))
    }

    async fn delete_user(&self, id: &UserId) -> Result<Vec<TokenHash>, StoreError> {
        let mut transaction = self.writer.begin_with(BEGIN).await?;
        let sessions = sessions::tokens_of(&mut transaction, id).await?;
        sqlx::query("DELETE FROM users WHERE id = ?").bind(&id.0).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(sessions)
    }

    async fn set_password(&self, user: &UserId, hash: &str, now: Timestamp) -> Result<Vec<TokenHash>, StoreError> {
        let mut transaction = self.writer.begin_with(BEGIN).await?;
        let update = "UPDATE users SET password_hash = ?, version = version + 1 WHERE id = ?";
        sqlx::query(update).bind(hash).bind(&user.0).execute(&mut *transaction).await?;
        let ended = ends::end(&mut transaction, Which::AllOf(user), EndReason::PasswordChanged, now.into()).await?;
        transaction.commit().await?;
        Ok(ended)
    }

    async fn change_password(
        &self,
        OwnChange { session, proved, hash, next }: &OwnChange<'_>,
        now: Timestamp,
    ) -> Result<Option<(User, Vec<TokenHash>)>, StoreError> {
        let mut transaction = self.writer.begin_with(BEGIN).await?;
        let update = sqlx::query(
            "UPDATE users SET password_hash = ?1, version = version + 1
             WHERE id = ?2 AND password_hash = ?3 AND disabled_at IS NULL AND EXISTS (
                 SELECT 1 FROM sessions WHERE token_hash = ?4 AND user_id = ?2 AND ended_at IS NULL AND expires_at > ?5)
             RETURNING id AS user_id, email, name, version",
        );
        let id = &next.user_id;
        let update = update.bind(hash).bind(&id.0).bind(proved).bind(session.0.as_slice()).bind(now.as_millisecond());
        let Some(row) = update.fetch_optional(&mut *transaction).await? else {
            return Ok(None);
        };
        let ended = ends::end(&mut transaction, Which::AllOf(id), EndReason::PasswordChanged, next.limits()).await?;
        sessions::insert(&mut transaction, next, hash).await?;
        transaction.commit().await?;
        Ok(Some((user(&row)?, ended)))
    }

    async fn rehash_password(&self, user: &UserId, old: &str, new: &str) -> Result<(), StoreError> {
        let update = "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?";
        sqlx::query(update).bind(new).bind(&user.0).bind(old).execute(&self.writer).await?;
        Ok(())
    }

    async fn set_disabled(&self, user: &UserId, disabled: bool, now: Timestamp) -> Result<Vec<TokenHash>, StoreError> {
        let mut transaction = self.writer.begin_with(BEGIN).await?;
        let update = sqlx::query("UPDATE users SET disabled_at = iif(?, ?, NULL), version = version + 1 WHERE id = ?");
        update.bind(disabled).bind(now.as_millisecond()).bind(&user.0).execute(&mut *transaction).await?;
        let ended = if disabled {
            ends::end(&mut transaction, Which::AllOf(user), EndReason::AccountDisabled, now.into()).await?
        } else {
            Vec::new()
        };
        transaction.commit().await?;
        Ok(ended)
    }
}

fn account(row: &SqliteRow) -> Result<Account, StoreError> {
    let disabled = row.try_get::<Option<i64>, _>("disabled_at")?.is_some();
    Ok(Account { user: user(row)?, password_hash: row.try_get("password_hash")?, disabled })
}
