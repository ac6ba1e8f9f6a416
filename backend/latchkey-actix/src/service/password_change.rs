//! Changing the password from within a session.

use std::sync::Arc;

use latchkey_shared::PasswordChange;

use super::{
    ActiveSession, Client, Denied, SessionService, Verdict,
    attempt::{Attempt, Guesser, Origin},
    hash_capacity::Busy,
    log_in::TRIES,
    run_to_completion::to_the_end,
};
use crate::{
    domain::token::Token,
    store::{Account, OwnChange},
};

impl SessionService {
    /// Changes the user's password to one that has been [checked](check_new_password): every session ends, and one
    /// begins here.
    ///
    /// # Errors
    /// The current password did not pass, or nobody could tell.
    pub async fn change_password(
        self: &Arc<Self>,
        here: &ActiveSession,
        PasswordChange { current_password, new_password }: PasswordChange,
        client: &Client,
    ) -> Result<(Token, ActiveSession), Denied> {
        let place = self.passwords.admit(client.ip)?;
        let email = &here.user().email;
        let mut account = self.store.account(email).await?;
        let who = Guesser {
            action: "change-password",
            account: email.clone(),
            session: Some(here.id().clone()),
            origin: Origin::Session(here.id().clone()),
            client: client.clone(),
        };
        let attempt = self.attempt(who, place).await?;
        let mut new_hash = None;
        for _ in 0..TRIES {
            let (Account { password_hash, .. }, _) = self.prove(&attempt, account.as_ref(), &current_password).await?;
            let hash = match new_hash.take() {
                Some(hash) => hash,
                None => self.passwords.hash(&attempt.place, new_password.clone()).await?,
            };
            let (service, attempt_in, here_in) = (self.clone(), attempt.clone(), here.clone());
            let (proved, hash_in) = (password_hash.clone(), hash.clone());
            let change = async move { service.replace_password(&here_in, &proved, &hash_in, &attempt_in).await };
            if let Some(begun) = to_the_end(change).await? {
                return Ok(begun);
            }
            // While the password was checked the session ended, or the password has another hash by now.
            self.cache.forget(&here.token);
            match self.verify_hash(here.token).await {
                Verdict::Active(_) => {}
                Verdict::Ended(reason) => return Err(self.record_denied(&attempt, Denied::Ended(reason)).await),
                Verdict::CannotTell(error) => return Err(error.into()),
            }
            new_hash = Some(hash);
            account = self.store.account(email).await?;
        }
        Err(Busy.into())
    }

    async fn replace_password(
        &self,
        here: &ActiveSession,
        proved: &str,
        hash: &str,
        attempt: &Attempt,
    ) -> Result<Option<(Token, ActiveSession)>, Denied> {
        let who = &attempt.who;
        let (token, session) = self.new_session(here.user(), here.is_remembered(), &who.client);
        let change = OwnChange { session: &here.token, proved, hash, next: &session, forgiven: &who.forgiven() };
        let audit = who.event("ok", None, session.created_at);
        let Some((user, ended)) = self.store.change_password(&change, &audit).await? else { return Ok(None) };
        self.forget(&ended);
        Ok(Some((token, self.begun(session, user))))
    }
}
