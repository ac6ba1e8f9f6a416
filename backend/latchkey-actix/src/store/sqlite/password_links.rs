//! One-time links in SQLite. Triggers delete a link when its user changes.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::{EndReason, User, UserId};
use sqlx::Row;

use super::{SqliteStore, attempts, audit, ends, user};
use crate::store::{
    AuditEvent, NewPasswordLink, PasswordLinkStore, PasswordLinkUse, SessionSelector, StoreError, TokenHash,
};

#[async_trait]
impl PasswordLinkStore for SqliteStore {
    async fn insert_password_link(&self, link: &NewPasswordLink<'_>, audit: &AuditEvent) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let insert = sqlx::query(
            "INSERT OR REPLACE INTO password_links (user_id, token_hash, expires_at)
             SELECT id, ?2, ?3 FROM users WHERE id = ?1 AND disabled_at IS NULL",
        );
        let insert =
            insert.bind(&link.user.0).bind(link.token_hash.0.as_slice()).bind(link.expires_at.as_millisecond());
        if insert.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Ok(false);
        }
        audit::insert(&mut transaction, audit).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn password_link(&self, token: &TokenHash, now: Timestamp) -> Result<Option<User>, StoreError> {
        let select = "SELECT u.id AS user_id, u.email, u.name, u.version FROM password_links AS l
                      JOIN users AS u ON u.id = l.user_id WHERE l.token_hash = ? AND l.expires_at > ?";
        let select = sqlx::query(select).bind(token.0.as_slice()).bind(now.as_millisecond());
        select.fetch_optional(&mut *self.readers.acquire().await?).await?.as_ref().map(user).transpose()
    }

    async fn use_password_link(
        &self,
        PasswordLinkUse { token_hash, new_hash, cleared_subjects }: &PasswordLinkUse<'_>,
        audit: &AuditEvent,
    ) -> Result<Option<Vec<TokenHash>>, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let delete = "DELETE FROM password_links WHERE token_hash = ? AND expires_at > ? RETURNING user_id";
        let delete = sqlx::query_scalar(delete).bind(token_hash.0.as_slice()).bind(audit.at.as_millisecond());
        let Some(id) = delete.fetch_optional(&mut *transaction).await?.map(UserId) else { return Ok(None) };
        let update = "UPDATE users SET password_hash = ?, version = version + 1 WHERE id = ? AND disabled_at IS NULL
                      RETURNING email";
        let update = sqlx::query(update).bind(new_hash).bind(&id.0);
        let Some(row) = update.fetch_optional(&mut *transaction).await? else { return Ok(None) };
        let (all, reason) = (SessionSelector::All(&id), EndReason::PasswordChanged);
        let ended = ends::end(&mut transaction, all, reason, audit.at.into()).await?;
        attempts::clear_account_failures(&mut transaction, row.try_get("email")?).await?;
        attempts::clear_failures(&mut transaction, cleared_subjects).await?;
        audit::insert(&mut transaction, audit).await?;
        transaction.commit().await?;
        Ok(Some(ended))
    }
}
