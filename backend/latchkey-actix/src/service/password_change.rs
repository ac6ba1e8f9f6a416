//! Changing the password in an active session.

use std::sync::Arc;

use latchkey_shared::PasswordChange;

use super::{
    ActiveSession, AuthError, Client, SessionService, Verdict,
    attempt::{Attempt, AttemptContext, Origin},
    hash_capacity::Busy,
    log_in::MAX_PASSWORD_CHECKS,
    run_to_completion::run_to_completion,
};
use crate::{
    domain::token::Token,
    store::{Account, PasswordUpdate},
};

impl SessionService {
    /// Changes the user's password, ends all of the user's sessions and starts a new one for this browser. The caller has checked the
    /// new password with [`check_new_password`](crate::domain::validation::check_new_password).
    ///
    /// # Errors
    /// [`AuthError`]; nothing was changed then.
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
        let attempt = self.start_attempt(context, permit).await?;
        let mut new_hash = None;
        for _ in 0..MAX_PASSWORD_CHECKS {
            let (Account { password_hash, .. }, _) =
                self.verify_password_throttled(&attempt, account.as_ref(), &current_password).await?;
            let hash = match new_hash.take() {
                Some(hash) => hash,
                None => self.password_hasher.hash(&attempt.permit, new_password.clone()).await?,
            };
            let change = {
                let (service, current, attempt) = (self.clone(), current.clone(), attempt.clone());
                let (current_hash, hash) = (password_hash.clone(), hash.clone());
                async move { service.replace_password(&current, &current_hash, &hash, &attempt).await }
            };
            if let Some(new_session) = run_to_completion(change).await? {
                return Ok(new_session);
            }
            // While the password was checked, the session ended or the password's hash was replaced.
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

    /// Writes the new password and the new session; `None` if the session has ended or the current hash has been replaced.
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
