//! Users in PostgreSQL.

use async_trait::async_trait;
use latchkey_shared::{EndReason, User, UserId};
use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{PostgresStore, attempts, audit, ends, instant, sessions, text, user};
use crate::store::{
    Account, AuditEvent, InsertUserOutcome, PasswordUpdate, SessionSelector, SetEmailOutcome, StoreError, TokenHash,
    UserStore,
};

#[async_trait]
impl UserStore for PostgresStore {
    async fn insert_user(&self, account: &Account, audit: &AuditEvent) -> Result<InsertUserOutcome, StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                if !insert(&mut transaction, account, audit).await? {
                    transaction.roll_back().await?;
                    return Ok(InsertUserOutcome::EmailTaken);
                }
                transaction.commit().await?;
                Ok(InsertUserOutcome::Inserted)
            })
            .await
    }

    async fn insert_users(&self, users: &[(Account, AuditEvent)]) -> Result<Option<usize>, StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                for (index, (account, audit)) in users.iter().enumerate() {
                    if !insert(&mut transaction, account, audit).await? {
                        transaction.roll_back().await?;
                        return Ok(Some(index));
                    }
                }
                transaction.commit().await?;
                Ok(None)
            })
            .await
    }

    async fn account(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let select = "SELECT id AS user_id, email, name, version, password_hash, disabled_at, created_at FROM users WHERE email = $1";
        let rows = self.readers.fetch_by_key(|| sqlx::query(select).bind(text(email))).await?;
        rows.first().map(account).transpose()
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let select = "SELECT id AS user_id, email, name, version, password_hash, disabled_at, created_at FROM users
                      ORDER BY email";
        self.readers.fetch(|| sqlx::query(select)).await?.iter().map(account).collect()
    }

    async fn rename_user(
        &self,
        id: &UserId,
        name: &str,
        audit: &AuditEvent,
    ) -> Result<(User, Vec<TokenHash>), StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                let update = "UPDATE users SET name = $1, version = version + 1 WHERE id = $2
                              RETURNING id AS user_id, email, name, version";
                let update = sqlx::query(update).bind(text(name)).bind(text(&id.0));
                let user = user(&update.fetch_one(&mut *transaction).await?)?;
                let sessions = sessions::tokens_of(&mut transaction, id).await?;
                audit::insert(&mut transaction, audit).await?;
                transaction.commit().await?;
                Ok((user, sessions))
            })
            .await
    }

    async fn set_email(&self, id: &UserId, email: &str, audit: &AuditEvent) -> Result<SetEmailOutcome, StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                let update = "UPDATE users SET email = $1, version = version + 1 WHERE id = $2
                              RETURNING id AS user_id, email, name, version";
                let update = sqlx::query(update).bind(text(email)).bind(text(&id.0));
                let user = match update.fetch_one(&mut *transaction).await {
                    Ok(row) => user(&row)?,
                    Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                        transaction.roll_back().await?;
                        return Ok(SetEmailOutcome::EmailTaken);
                    }
                    Err(error) => return Err(error.into()),
                };
                let sessions = sessions::tokens_of(&mut transaction, id).await?;
                attempts::clear_account_failures(&mut transaction, email).await?;
                audit::insert(&mut transaction, audit).await?;
                transaction.commit().await?;
                Ok(SetEmailOutcome::Changed(user, sessions))
            })
            .await
    }

    async fn delete_user(&self, id: &UserId, audit: &AuditEvent) -> Result<Vec<TokenHash>, StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                let lock = sqlx::query("SELECT 1 FROM users WHERE id = $1 FOR UPDATE").bind(text(&id.0));
                lock.execute(&mut *transaction).await?;
                let lock = "SELECT 1 FROM sessions WHERE user_id = $1 ORDER BY id FOR UPDATE";
                sqlx::query(lock).bind(text(&id.0)).execute(&mut *transaction).await?;
                let sessions = sessions::tokens_of(&mut transaction, id).await?;
                sqlx::query("DELETE FROM users WHERE id = $1").bind(text(&id.0)).execute(&mut *transaction).await?;
                audit::insert(&mut transaction, audit).await?;
                transaction.commit().await?;
                Ok(sessions)
            })
            .await
    }

    async fn set_password(&self, id: &UserId, hash: &str, audit: &AuditEvent) -> Result<Vec<TokenHash>, StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                let update = "UPDATE users SET password_hash = $1, version = version + 1 WHERE id = $2 RETURNING email";
                let update = sqlx::query_scalar(update).bind(hash).bind(text(&id.0));
                let email: String = update.fetch_one(&mut *transaction).await?;
                let (all, reason) = (SessionSelector::All(id), EndReason::PasswordChanged);
                let ended = ends::end(&mut transaction, all, reason, audit.at.into()).await?;
                attempts::clear_account_failures(&mut transaction, &email).await?;
                audit::insert(&mut transaction, audit).await?;
                transaction.commit().await?;
                Ok(ended)
            })
            .await
    }

    async fn change_password(
        &self,
        PasswordUpdate { session, current_hash, new_hash, new_session, cleared_subjects }: &PasswordUpdate<'_>,
        audit: &AuditEvent,
    ) -> Result<Option<(User, Vec<TokenHash>)>, StoreError> {
        let id = &new_session.user_id;
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                let update = "UPDATE users SET password_hash = $1, version = version + 1
                              WHERE id = $2 AND password_hash = $3 AND disabled_at IS NULL
                              RETURNING id AS user_id, email, name, version";
                let update = sqlx::query(update).bind(new_hash).bind(text(&id.0)).bind(current_hash);
                let Some(row) = update.fetch_optional(&mut *transaction).await? else {
                    transaction.roll_back().await?;
                    return Ok(None);
                };
                // The sessions are locked too, so that the current session cannot end during the change.
                let lock = "SELECT token_hash, expires_at FROM sessions WHERE user_id = $1 AND ended_at IS NULL
                            ORDER BY id FOR NO KEY UPDATE";
                let open = sqlx::query(lock).bind(text(&id.0)).fetch_all(&mut *transaction).await?;
                let is_current = |row: &PgRow| -> Result<bool, StoreError> {
                    let expires_at: i64 = row.try_get("expires_at")?;
                    Ok(super::token_hash(row)? == **session && expires_at > audit.at.as_millisecond())
                };
                if !open.iter().map(is_current).collect::<Result<Vec<_>, _>>()?.contains(&true) {
                    transaction.roll_back().await?;
                    return Ok(None);
                }
                let (all, reason) = (SessionSelector::All(id), EndReason::PasswordChanged);
                let ended = ends::end(&mut transaction, all, reason, new_session.limits()).await?;
                sessions::insert(&mut transaction, new_session).await?;
                attempts::clear_failures(&mut transaction, cleared_subjects).await?;
                audit::insert(&mut transaction, audit).await?;
                transaction.commit().await?;
                Ok(Some((user(&row)?, ended)))
            })
            .await
    }

    async fn set_disabled(
        &self,
        id: &UserId,
        disabled: bool,
        audit: &AuditEvent,
    ) -> Result<Vec<TokenHash>, StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                let update = "UPDATE users SET disabled_at = $1, version = version + 1 WHERE id = $2 RETURNING email";
                let disabled_at = disabled.then(|| audit.at.as_millisecond());
                let update = sqlx::query_scalar(update).bind(disabled_at).bind(text(&id.0));
                let email: String = update.fetch_one(&mut *transaction).await?;
                let ended = if disabled {
                    let (all, reason) = (SessionSelector::All(id), EndReason::AccountDisabled);
                    ends::end(&mut transaction, all, reason, audit.at.into()).await?
                } else {
                    attempts::clear_account_failures(&mut transaction, &email).await?;
                    Vec::new()
                };
                audit::insert(&mut transaction, audit).await?;
                transaction.commit().await?;
                Ok(ended)
            })
            .await
    }
}

/// Inserts a user within a transaction, which the caller rolls back if the result is `false`: the id or the address is taken.
async fn insert(connection: &mut PgConnection, account: &Account, audit: &AuditEvent) -> Result<bool, StoreError> {
    let user = &account.user;
    let insert = sqlx::query(
        "INSERT INTO users (id, email, name, password_hash, version, created_at, disabled_at)
         VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $7 THEN $8 END) ON CONFLICT DO NOTHING",
    );
    let done = insert
        .bind(text(&user.id.0))
        .bind(text(&user.email))
        .bind(text(&user.name))
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

fn account(row: &PgRow) -> Result<Account, StoreError> {
    Ok(Account {
        user: user(row)?,
        password_hash: row.try_get("password_hash")?,
        disabled: row.try_get::<Option<i64>, _>("disabled_at")?.is_some(),
        created_at: instant(row, "created_at")?,
    })
}
