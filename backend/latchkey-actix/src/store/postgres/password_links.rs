//! One-time links in PostgreSQL. Triggers delete a link when its user changes; so the row of the user is always locked before that of the
//! link.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::{EndReason, User, UserId};
use sqlx::{PgConnection, Row};

use super::{PostgresStore, attempts, audit, ends, text, user};
use crate::store::{
    AuditEvent, NewPasswordLink, PasswordLinkStore, PasswordLinkUse, SessionSelector, StoreError, TokenHash,
};

#[async_trait]
impl PasswordLinkStore for PostgresStore {
    async fn insert_password_link(&self, link: &NewPasswordLink<'_>, audit: &AuditEvent) -> Result<bool, StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                if !lock_enabled(&mut transaction, link.user).await? {
                    transaction.roll_back().await?;
                    return Ok(false);
                }
                let insert = "INSERT INTO password_links (user_id, token_hash, expires_at) VALUES ($1, $2, $3)
                              ON CONFLICT (user_id) DO UPDATE SET token_hash = $2, expires_at = $3";
                let insert = sqlx::query(insert).bind(text(&link.user.0)).bind(link.token_hash.0.as_slice());
                insert.bind(link.expires_at.as_millisecond()).execute(&mut *transaction).await?;
                audit::insert(&mut transaction, audit).await?;
                transaction.commit().await?;
                Ok(true)
            })
            .await
    }

    async fn password_link(&self, token: &TokenHash, now: Timestamp) -> Result<Option<User>, StoreError> {
        let select = "SELECT u.id AS user_id, u.email, u.name, u.version FROM password_links AS l
                      JOIN users AS u ON u.id = l.user_id WHERE l.token_hash = $1 AND l.expires_at > $2";
        let select = || sqlx::query(select).bind(token.0.as_slice()).bind(now.as_millisecond());
        self.readers.fetch_by_key(select).await?.first().map(user).transpose()
    }

    async fn use_password_link(
        &self,
        PasswordLinkUse { token_hash, new_hash, cleared_subjects }: &PasswordLinkUse<'_>,
        audit: &AuditEvent,
    ) -> Result<Option<Vec<TokenHash>>, StoreError> {
        self.writers
            .write(|| async {
                let mut transaction = self.writers.begin().await?;
                let user_of = "SELECT user_id FROM password_links WHERE token_hash = $1";
                let user_of = sqlx::query_scalar(user_of).bind(token_hash.0.as_slice());
                let Some(id) = user_of.fetch_optional(&mut *transaction).await?.map(UserId) else {
                    transaction.roll_back().await?;
                    return Ok(None);
                };
                // Of concurrent uses, the second waits here, and then finds the link deleted.
                let enabled = lock_enabled(&mut transaction, &id).await?;
                let delete = "DELETE FROM password_links WHERE token_hash = $1 AND expires_at > $2";
                let delete = sqlx::query(delete).bind(token_hash.0.as_slice()).bind(audit.at.as_millisecond());
                if !enabled || delete.execute(&mut *transaction).await?.rows_affected() == 0 {
                    transaction.roll_back().await?;
                    return Ok(None);
                }
                let update = "UPDATE users SET password_hash = $1, version = version + 1 WHERE id = $2 RETURNING email";
                let update = sqlx::query(update).bind(*new_hash).bind(text(&id.0));
                let row = update.fetch_one(&mut *transaction).await?;
                let (all, reason) = (SessionSelector::All(&id), EndReason::PasswordChanged);
                let ended = ends::end(&mut transaction, all, reason, audit.at.into()).await?;
                attempts::clear_account_failures(&mut transaction, row.try_get("email")?).await?;
                attempts::clear_failures(&mut transaction, cleared_subjects).await?;
                audit::insert(&mut transaction, audit).await?;
                transaction.commit().await?;
                Ok(Some(ended))
            })
            .await
    }
}

/// Locks the row of a user; `false` if the account is disabled or deleted.
async fn lock_enabled(connection: &mut PgConnection, user: &UserId) -> Result<bool, StoreError> {
    let lock = "SELECT 1 FROM users WHERE id = $1 AND disabled_at IS NULL FOR NO KEY UPDATE";
    Ok(sqlx::query(lock).bind(text(&user.0)).fetch_optional(connection).await?.is_some())
}
