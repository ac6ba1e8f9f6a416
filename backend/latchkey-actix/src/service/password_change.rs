//! Changing the password from within a session.

use std::sync::Arc;

use latchkey_shared::PasswordChange;

use super::{
    ActiveSession, AuthError, Client, SessionService, Verdict,
    attempt::{Attempt, AttemptContext, Origin},
    hash_capacity::Busy,
    log_in::MAX_TRIES,
    run_to_completion::run_to_completion,
};
use crate::{
    domain::token::Token,
    store::{Account, PasswordUpdate},
};

impl SessionService {
    /// Changes the user's password to one that has been [checked](crate::domain::validation::check_new_password): every session ends, and one
    /// begins here.
    ///
    /// # Errors
    /// The current password did not pass, or nobody could tell.
    pub async fn change_password(
        self: &Arc<Self>,
        current: &ActiveSession,
        PasswordChange { current_password, new_password }: PasswordChange,
        client: &Client,
    ) -> Result<(Token, ActiveSession), AuthError> {
        let permit = self.password_hasher.acquire_permit(client.ip)?;
        let email = &current.user().email;
        let mut account = self.store.account(email).await?;
        let context = AttemptContext {
            action: "change-password",
            account: email.clone(),
            session: Some(current.id().clone()),
            origin: Origin::Session(current.id().clone()),
            client: client.clone(),
        };
        let attempt = self.attempt(context, permit).await?;
        let mut new_hash = None;
        for _ in 0..MAX_TRIES {
            let (Account { password_hash, .. }, _) =
                self.verify_password_throttled(&attempt, account.as_ref(), &current_password).await?;
            let hash = match new_hash.take() {
                Some(hash) => hash,
                None => self.password_hasher.hash(&attempt.permit, new_password.clone()).await?,
            };
            let (service, attempt_in, current_in) = (self.clone(), attempt.clone(), current.clone());
            let (current_hash, hash_in) = (password_hash.clone(), hash.clone());
            let change =
                async move { service.replace_password(&current_in, &current_hash, &hash_in, &attempt_in).await };
            if let Some(newly_started) = run_to_completion(change).await? {
                return Ok(newly_started);
            }
            // While the password was checked the session ended, or the password has another hash by now.
            self.cache.invalidate(&current.token_hash);
            match self.verify_hash(current.token_hash).await {
                Verdict::Active(_) => {}
                Verdict::Ended(reason) => {
                    return Err(self.audit_authentication(&attempt, AuthError::SessionEnded(reason)).await);
                }
                Verdict::Unavailable(error) => return Err(error.into()),
            }
            new_hash = Some(hash);
            account = self.store.account(email).await?;
        }
        Err(Busy.into())
    }

    async fn replace_password(
        &self,
        current: &ActiveSession,
        current_hash: &str,
        new_hash: &str,
        attempt: &Attempt,
    ) -> Result<Option<(Token, ActiveSession)>, AuthError> {
        let context = &attempt.context;
        let (token, session) = self.new_session(current.user(), current.is_remembered(), &context.client);
        let change = PasswordUpdate {
            session: &current.token_hash,
            current_hash,
            new_hash,
            new_session: &session,
            cleared_subjects: &context.subject_names(),
        };
        let audit = context.event("ok", None, session.created_at);
        let Some((user, ended)) = self.store.change_password(&change, &audit).await? else { return Ok(None) };
        self.invalidate(&ended);
        Ok(Some((token, self.newly_started(session, user))))
    }
}
