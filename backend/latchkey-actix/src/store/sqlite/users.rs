//! Users in SQLite.

use async_trait::async_trait;
use latchkey_shared::{EndReason, User, UserId};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{SqliteStore, attempts, audit, ends, instant, sessions, user};
use crate::store::{
    Account, AuditEvent, InsertUserOutcome, PasswordUpdate, SessionSelector, SetEmailOutcome, StoreError, TokenHash,
    UserStore,
};

#[async_trait]
impl UserStore for SqliteStore {
    async fn insert_user(&self, account: &Account, audit: &AuditEvent) -> Result<InsertUserOutcome, StoreError> {
        let mut transaction = self.writer.begin().await?;
        if !insert(&mut transaction, account, audit).await? {
            return Ok(InsertUserOutcome::EmailTaken);
        }
        transaction.commit().await?;
        Ok(InsertUserOutcome::Inserted)
    }

    async fn insert_users(&self, users: &[(Account, AuditEvent)]) -> Result<Option<usize>, StoreError> {
        let mut transaction = self.writer.begin().await?;
        for (index, (account, audit)) in users.iter().enumerate() {
            if !insert(&mut transaction, account, audit).await? {
                return Ok(Some(index));
            }
        }
        transaction.commit().await?;
        Ok(None)
    }

    async fn account(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let select = "SELECT id AS user_id, email, name, version, password_hash, disabled_at, created_at FROM users WHERE email = ?";
        let row = sqlx::query(select).bind(email).fetch_optional(&mut *self.readers.acquire().await?).await?;
        row.as_ref().map(account).transpose()
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let select = "SELECT id AS user_id, email, name, version, password_hash, disabled_at, created_at FROM users
                      ORDER BY email";
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

    async fn set_email(&self, id: &UserId, email: &str, audit: &AuditEvent) -> Result<SetEmailOutcome, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let update = "UPDATE OR IGNORE users SET email = ?, version = version + 1 WHERE id = ?
                      RETURNING id AS user_id, email, name, version";
        let update = sqlx::query(update).bind(email).bind(&id.0);
        let Some(row) = update.fetch_optional(&mut *transaction).await? else {
            let known = sqlx::query("SELECT 1 FROM users WHERE id = ?").bind(&id.0);
            known.fetch_one(&mut *transaction).await?;
            return Ok(SetEmailOutcome::EmailTaken);
        };
        let sessions = sessions::tokens_of(&mut transaction, id).await?;
        attempts::clear_account_failures(&mut transaction, email).await?;
        audit::insert(&mut transaction, audit).await?;
        transaction.commit().await?;
        Ok(SetEmailOutcome::Changed(user(&row)?, sessions))
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

/// Inserts a user within a transaction, which the caller gives up if the result is `false`: the id or the address is taken.
async fn insert(connection: &mut SqliteConnection, account: &Account, audit: &AuditEvent) -> Result<bool, StoreError> {
    let user = &account.user;
    let insert = sqlx::query(
        "INSERT INTO users (id, email, name, password_hash, version, created_at, disabled_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, iif(?7, ?8, NULL)) ON CONFLICT DO NOTHING",
    );
    let done = insert
        .bind(&user.id.0)
        .bind(&user.email)
        .bind(&user.name)
        .bind(&account.password_hash)
        .bind(user.version.cast_signed())
        .bind(account.created_at.as_millisecond())
        .bind(account.disabled)
        .bind(audit.at.as_millisecond())
        .execute(&mut *connection)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    attempts::clear_account_failures(connection, &user.email).await?;
    audit::insert(connection, audit).await?;
    Ok(true)
}

fn account(row: &SqliteRow) -> Result<Account, StoreError> {
    Ok(Account {
        user: user(row)?,
        password_hash: row.try_get("password_hash")?,
        disabled: row.try_get::<Option<i64>, _>("disabled_at")?.is_some(),
        created_at: instant(row, "created_at")?,
    })
}
