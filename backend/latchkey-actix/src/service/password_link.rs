//! One-time links with which users set a password: operators make them, users use them without a session.

use std::{fmt, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use latchkey_shared::{SetPassword, User, api};

use super::{
    Admin, AdminError, AuthError, Client, SessionService,
    attempt::{Attempt, AttemptContext, Origin},
    run_to_completion::run_to_completion,
};
use crate::{
    domain::token::Token,
    settings::PublicUrl,
    store::{NewPasswordLink, PasswordLinkUse, TokenHash},
};

/// A one-time link with which a user sets a password. `Debug` redacts it.
#[derive(Clone)]
pub struct PasswordLink {
    token: Token,
    expires_at: Timestamp,
}

impl PasswordLink {
    /// The link's URL on a server. The token is in the fragment, so that it is in no server's log and in no `Referer` header.
    #[must_use]
    pub fn url(&self, server: &PublicUrl) -> String {
        format!("{}{}#token={}", server.origin(), api::SET_PASSWORD_PAGE, self.token.to_text())
    }

    /// The token, for an app with another page or another way to its users.
    #[must_use]
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// From when on the link cannot be used.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

impl fmt::Debug for PasswordLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordLink").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Admin {
    /// Makes a link with which the user can set a password once, within a time. It replaces the user's last link. Another password or
    /// address, disabling and deleting the account make it invalid.
    ///
    /// # Errors
    /// [`AdminError`]: the account is disabled or was deleted, or the store did not answer.
    pub async fn invite(&self, user: &User, valid_for: Duration) -> Result<PasswordLink, AdminError> {
        let audit = self.event("invite-user", &user.email, None);
        let valid_for = SignedDuration::try_from(valid_for).unwrap_or(SignedDuration::MAX);
        let link = PasswordLink {
            token: Token::random(),
            expires_at: audit.at.saturating_add(valid_for).unwrap_or(Timestamp::MAX),
        };
        let new = NewPasswordLink { user: &user.id, token_hash: link.token.hash(), expires_at: link.expires_at };
        if self.store.insert_password_link(&new, &audit).await? {
            Ok(link)
        } else {
            Err(AdminError::Disabled(user.email.clone()))
        }
    }
}

impl SessionService {
    /// Sets a password with a one-time link, and ends all sessions of its user. The caller has checked the password with
    /// [`check_new_password`](crate::domain::validation::check_new_password).
    ///
    /// # Errors
    /// [`AuthError`]; nothing was changed then.
    pub async fn set_password_by_link(
        self: &Arc<Self>,
        SetPassword { token, password }: SetPassword,
        client: &Client,
    ) -> Result<(), AuthError> {
        let context = AttemptContext {
            action: "use-password-link",
            account: String::new(),
            session: None,
            origin: Origin::Link,
            client: client.clone(),
        };
        if let Some(retry_after_s) = client.ip.and_then(|ip| self.address_limit.check(ip).err()) {
            return Err(self.reject_attempt(&context, retry_after_s));
        }
        let permit = self.password_hasher.acquire_permit(client.ip)?;
        let attempt = self.start_attempt(context, permit).await?;
        let token_hash = Token::parse(&token).map(|token| token.hash());
        // Looked up first, so that an invalid link costs no hashing.
        let user = match &token_hash {
            Some(token_hash) => self.store.password_link(token_hash, self.clock.now()).await?,
            None => None,
        };
        let Some((user, token_hash)) = user.zip(token_hash) else {
            let (service, attempt) = (self.clone(), attempt.clone());
            let failed = async move { service.count_failure(&attempt.context, AuthError::InvalidLink).await };
            return Err(run_to_completion(failed).await);
        };
        let new_hash = self.password_hasher.hash(&attempt.permit, password).await?;
        let service = self.clone();
        run_to_completion(async move { service.use_password_link(&token_hash, &new_hash, user, &attempt).await }).await
    }

    async fn use_password_link(
        &self,
        token_hash: &TokenHash,
        new_hash: &str,
        user: User,
        attempt: &Attempt,
    ) -> Result<(), AuthError> {
        let context = &attempt.context;
        let mut audit = context.event("ok", None, self.clock.now());
        audit.actor = user.email;
        let link = PasswordLinkUse { token_hash, new_hash, cleared_subjects: &context.subject_names() };
        match self.store.use_password_link(&link, &audit).await? {
            Some(ended) => {
                self.invalidate(&ended);
                Ok(())
            }
            // It was used, or its account changed, while the password was hashed.
            None => Err(self.count_failure(context, AuthError::InvalidLink).await),
        }
    }
}
