//! Users in SQLite.

use async_trait::async_trait;
use latchkey_shared::{EndReason, User, UserId};
use sqlx::{Row, sqlite::SqliteRow};

use super::{SqliteStore, attempts, audit, ends, sessions, user};
use crate::store::{
    Account, AuditEvent, InsertUserOutcome, PasswordUpdate, SessionSelector, StoreError, TokenHash, UserStore,
};

#[async_trait]
impl UserStore for SqliteStore {
    async fn insert_user(&self, account: &Account, audit: &AuditEvent) -> Result<InsertUserOutcome, StoreError> {
        let user = &account.user;
        let mut transaction = self.writer.begin().await?;
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
            .bind(audit.at.as_millisecond())
            .bind(account.disabled)
            .execute(&mut *transaction)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(InsertUserOutcome::EmailTaken);
        }
        attempts::clear_account_failures(&mut transaction, &user.email).await?;
        audit::insert(&mut transaction, audit).await?;
        transaction.commit().await?;
        Ok(InsertUserOutcome::Inserted)
    }

    async fn account(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let select =
            "SELECT id AS user_id, email, name, version, password_hash, disabled_at FROM users WHERE email = ?";
        let row = sqlx::query(select).bind(email).fetch_optional(&mut *self.readers.acquire().await?).await?;
        row.as_ref().map(account).transpose()
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let select = "SELECT id AS user_id, email, name, version, password_hash, disabled_at FROM users ORDER BY email";
        sqlx::query(select).fetch_all(&mut *self.readers.acquire().await?).await?.iter().map(account).collect()
    }

    async fn rename_user(
        &self,
        id: &UserId,
        name: &str,
        audit: &AuditEvent,
    ) -> Result<(User, Vec<TokenHash>), StoreError> {
        let mut transaction = self.writer.begin().await?;
        let update = "UPDATE users SET name = ?, version = version + 1 WHERE id = ?
                      RETURNING id AS user_id, email, name, version";
        let user = user(&sqlx::query(update).bind(name).bind(&id.0).fetch_one(&mut *transaction).await?)?;
        let sessions = sessions::tokens_of(&mut transaction, id).await?;
        audit::insert(&mut transaction, audit).await?;
        transaction.commit().await?;
        Ok((user, sessions))
    }

    async fn delete_user(&self, id: &UserId, audit: &AuditEvent) -> Result<Vec<TokenHash>, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let sessions = sessions::tokens_of(&mut transaction, id).await?;
        sqlx::query("DELETE FROM users WHERE id = ?").bind(&id.0).execute(&mut *transaction).await?;
        audit::insert(&mut transaction, audit).await?;
        transaction.commit().await?;
        Ok(sessions)
    }

    async fn set_password(&self, id: &UserId, hash: &str, audit: &AuditEvent) -> Result<Vec<TokenHash>, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let update = "UPDATE users SET password_hash = ?, version = version + 1 WHERE id = ?
                      RETURNING id AS user_id, email, name, version";
        let row = sqlx::query(update).bind(hash).bind(&id.0).fetch_one(&mut *transaction).await?;
        let ended =
            ends::end(&mut transaction, SessionSelector::All(id), EndReason::PasswordChanged, audit.at.into()).await?;
        attempts::clear_account_failures(&mut transaction, &user(&row)?.email).await?;
        audit::insert(&mut transaction, audit).await?;
        transaction.commit().await?;
        Ok(ended)
    }

    async fn change_password(
        &self,
        PasswordUpdate { session, current_hash, new_hash, new_session, cleared_subjects }: &PasswordUpdate<'_>,
        audit: &AuditEvent,
    ) -> Result<Option<(User, Vec<TokenHash>)>, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let update = sqlx::query(
            "UPDATE users SET password_hash = ?1, version = version + 1
             WHERE id = ?2 AND password_hash = ?3 AND disabled_at IS NULL AND EXISTS (
                 SELECT 1 FROM sessions WHERE token_hash = ?4 AND user_id = ?2 AND ended_at IS NULL AND expires_at > ?5)
             RETURNING id AS user_id, email, name, version",
        );
        let (id, now) = (&new_session.user_id, audit.at);
        let update =
            update.bind(new_hash).bind(&id.0).bind(current_hash).bind(session.0.as_slice()).bind(now.as_millisecond());
        let Some(row) = update.fetch_optional(&mut *transaction).await? else {
            return Ok(None);
        };
        let ended =
            ends::end(&mut transaction, SessionSelector::All(id), EndReason::PasswordChanged, new_session.limits())
                .await?;
        sessions::insert(&mut transaction, new_session, new_hash).await?;
        attempts::clear_failures(&mut transaction, cleared_subjects).await?;
        audit::insert(&mut transaction, audit).await?;
        transaction.commit().await?;
        Ok(Some((user(&row)?, ended)))
    }

    async fn set_disabled(
        &self,
        id: &UserId,
        disabled: bool,
        audit: &AuditEvent,
    ) -> Result<Vec<TokenHash>, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let update = "UPDATE users SET disabled_at = iif(?, ?, NULL), version = version + 1 WHERE id = ?
                      RETURNING id AS user_id, email, name, version";
        let update = sqlx::query(update).bind(disabled).bind(audit.at.as_millisecond()).bind(&id.0);
        let row = update.fetch_one(&mut *transaction).await?;
        let ended = if disabled {
            ends::end(&mut transaction, SessionSelector::All(id), EndReason::AccountDisabled, audit.at.into()).await?
        } else {
            attempts::clear_account_failures(&mut transaction, &user(&row)?.email).await?;
            Vec::new()
        };
        audit::insert(&mut transaction, audit).await?;
        transaction.commit().await?;
        Ok(ended)
    }
}

fn account(row: &SqliteRow) -> Result<Account, StoreError> {
    let disabled = row.try_get::<Option<i64>, _>("disabled_at")?.is_some();
    Ok(Account { user: user(row)?, password_hash: row.try_get("password_hash")?, disabled })
}
