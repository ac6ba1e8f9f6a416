//! What operators do to accounts and sessions: the same writes as those of users, each with its row in the audit trail. Running
//! servers follow the store, so that what is done here takes effect there at once.

use std::sync::Arc;

use latchkey_shared::{EndReason, SessionId, User, UserId};

use super::profile::find_account;
use crate::{
    clock::Clock,
    store::{Account, AuditEvent, InsertUserOutcome, SessionSelector, Store, StoreError},
};

/// An operator at a store.
pub struct Admin {
    /// Where users and sessions are kept.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl Admin {
    /// The user with an address, however it is spelled.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn find(&self, email: &str) -> Result<Option<User>, StoreError> {
        Ok(find_account(&*self.store, email).await?.map(|account| account.user))
    }

    /// Adds a user with a [new address](super::email::check_new), a [checked name](super::check_name) and the hash of a password.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn add(
        &self,
        email: String,
        name: String,
        password_hash: String,
    ) -> Result<InsertUserOutcome, StoreError> {
        // Accounts from before addresses had one spelling may be there under another one.
        if self.find(&email).await?.is_some() {
            return Ok(InsertUserOutcome::EmailTaken);
        }
        let audit = self.event("add-user", &email, None);
        let user = User::new(UserId(uuid::Uuid::new_v4().to_string()), email, name, 1);
        self.store.insert_user(&Account { user, password_hash, disabled: false }, &audit).await
    }

    /// Gives a user another password, ends all of the user's sessions and lets the user try at once. Returns how many ended.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn set_password(&self, user: &User, hash: &str) -> Result<usize, StoreError> {
        let audit = self.event("set-password", &user.email, None);
        Ok(self.store.set_password(&user.id, hash, &audit).await?.len())
    }

    /// Disables an account and ends all of its sessions. Returns how many ended.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn disable(&self, user: &User) -> Result<usize, StoreError> {
        let audit = self.event("disable-user", &user.email, None);
        Ok(self.store.set_disabled(&user.id, true, &audit).await?.len())
    }

    /// Enables an account, and lets its user try at once, whatever failed before.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn enable(&self, user: &User) -> Result<(), StoreError> {
        let audit = self.event("enable-user", &user.email, None);
        self.store.set_disabled(&user.id, false, &audit).await.map(drop)
    }

    /// Ends all sessions of a user. Returns how many ended.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn sign_out(&self, user: &User) -> Result<usize, StoreError> {
        let audit = self.event("sign-out-user", &user.email, None);
        Ok(self
            .store
            .end_sessions(SessionSelector::All(&user.id), EndReason::SessionRevoked, audit.at.into(), &audit)
            .await?
            .len())
    }

    /// Deletes a user with all sessions. Returns how many of them were active.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn delete(&self, user: &User) -> Result<usize, StoreError> {
        let audit = self.event("delete-user", &user.email, None);
        Ok(self.store.delete_user(&user.id, &audit).await?.len())
    }

    /// Ends a session. Returns whose it was; `None` if there is no such session that is active.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn end_session(&self, id: &SessionId) -> Result<Option<User>, StoreError> {
        let Some(session) = self.store.session_with_id(id).await? else { return Ok(None) };
        let audit = self.event("end-session", &session.user.email, Some(id.clone()));
        let ended = self
            .store
            .end_sessions(SessionSelector::id(id), EndReason::SessionRevoked, audit.at.into(), &audit)
            .await?;
        Ok((!ended.is_empty()).then_some(session.user))
    }

    fn event(&self, action: &'static str, subject: &str, session: Option<SessionId>) -> AuditEvent {
        AuditEvent {
            at: self.clock.now(),
            action,
            outcome: "ok",
            actor: "operator".into(),
            subject: Some(subject.into()),
            session,
            ip: None,
        }
    }
}
