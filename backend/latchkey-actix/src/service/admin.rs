//! Operators' actions on accounts and sessions, for the command line and for an app's own code. Each action and its row in the audit
//! trail are one write.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use latchkey_shared::{EndReason, SessionId, User};

use super::{NewUser, SessionService, UserEntry, hashing::hash_blocking, profile::find_account};
use crate::{
    clock::{Clock, SystemClock},
    domain::validation::{InvalidInput, check_new_password},
    store::{
        Account, AuditEntry, AuditEvent, SessionRecord, SessionSelector, Store, StoreError, TimeLimits, TokenHash,
    },
};

/// An operator's access to the users and sessions in a store. Running servers follow the store, so an action takes effect there within
/// [`cache_staleness`](crate::Builder::cache_staleness), typically after 50 ms; through
/// [`Latchkey::admin`](crate::Latchkey::admin) it takes effect in the own process at once.
#[derive(Clone)]
pub struct Admin {
    pub(super) store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// The service in the same process, if there is one; its cache is invalidated at once.
    service: Option<Arc<SessionService>>,
    password_rules: PasswordRules,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PasswordRules {
    Enforced,
    Waived,
}

/// Why an operator's action failed; nothing was changed then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdminError {
    /// The address, the name or the password is not acceptable; the message says why.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// Another account has this e-mail address.
    #[error("there is an account for {0} already")]
    EmailTaken(String),
    /// The account is disabled, or was deleted meanwhile, so that its user gets no link.
    #[error("the account of {0} is disabled")]
    Disabled(String),
    /// The password could not be hashed because the process is shutting down.
    #[error("the process is shutting down")]
    Stopping,
    /// The store did not answer.
    #[error(transparent)]
    Unavailable(#[from] StoreError),
}

impl Admin {
    /// Access to a store that no server in this process uses; otherwise take [`Latchkey::admin`](crate::Latchkey::admin).
    #[must_use]
    pub fn new(store: impl Store) -> Self {
        Self::with_shared_store(Arc::new(store))
    }

    /// Like [`new`](Self::new), for a store that the app shares.
    #[must_use]
    pub fn with_shared_store(store: Arc<dyn Store>) -> Self {
        Self { store, clock: Arc::new(SystemClock), service: None, password_rules: PasswordRules::Enforced }
    }

    /// Sets the clock that decides deadlines. The default is the operating system's.
    #[must_use]
    pub fn clock(self, clock: impl Clock) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    pub(crate) fn of_server(store: Arc<dyn Store>, clock: Arc<dyn Clock>, service: Arc<SessionService>) -> Self {
        Self { store, clock, service: Some(service), password_rules: PasswordRules::Enforced }
    }

    /// Allows passwords that users could not choose themselves, such as short ones.
    #[must_use]
    pub fn waive_password_rules(self) -> Self {
        Self { password_rules: PasswordRules::Waived, ..self }
    }

    /// The user with an e-mail address, in any of its spellings.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn find_user(&self, email: &str) -> Result<Option<User>, StoreError> {
        Ok(find_account(&*self.store, email).await?.map(|account| account.user))
    }

    /// All users, sorted by e-mail address.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn users(&self) -> Result<Vec<UserEntry>, StoreError> {
        let accounts = self.store.accounts().await?;
        Ok(accounts.into_iter().map(|Account { user, disabled, .. }| UserEntry { user, disabled }).collect())
    }

    /// Adds a user with an e-mail address, a name and a password, who can sign in at once.
    ///
    /// # Errors
    /// [`AdminError`]: one of the values is not acceptable, the address is taken, or the store did not answer.
    pub async fn add_user(&self, email: &str, name: &str, password: &str) -> Result<User, AdminError> {
        self.add(NewUser::new(email)?.named(name)?, password).await
    }

    /// Adds a user with a validated address and name.
    ///
    /// # Errors
    /// [`AdminError`]: the password is not acceptable, the address is taken, or the store did not answer.
    pub async fn add(&self, new: NewUser, password: &str) -> Result<User, AdminError> {
        let password_hash = self.hash(password).await?;
        self.insert(NewUser { password_hash, ..new }, "add-user").await
    }

    /// Sets a user's password, ends all of the user's sessions and clears failed log-ins. Returns how many sessions ended.
    ///
    /// # Errors
    /// [`AdminError`]: the password is not acceptable, or the store did not answer.
    pub async fn set_password(&self, user: &User, password: &str) -> Result<usize, AdminError> {
        let hash = self.hash(password).await?;
        let audit = self.event("set-password", &user.email, None);
        Ok(self.invalidate_and_count(self.store.set_password(&user.id, &hash, &audit).await?))
    }

    /// Disables a user's account and ends all of its sessions. Returns how many ended.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn disable(&self, user: &User) -> Result<usize, StoreError> {
        let audit = self.event("disable-user", &user.email, None);
        Ok(self.invalidate_and_count(self.store.set_disabled(&user.id, true, &audit).await?))
    }

    /// Enables a user's account and clears failed log-ins, so that the user can sign in at once.
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
        let (all, revoked) = (SessionSelector::All(&user.id), EndReason::SessionRevoked);
        Ok(self.invalidate_and_count(self.store.end_sessions(all, revoked, audit.at.into(), &audit).await?))
    }

    /// Deletes a user with all sessions. The user's rows in the audit trail stay until they are swept. Returns how many sessions were
    /// active.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn delete(&self, user: &User) -> Result<usize, StoreError> {
        let audit = self.event("delete-user", &user.email, None);
        Ok(self.invalidate_and_count(self.store.delete_user(&user.id, &audit).await?))
    }

    /// The active sessions of a user, or of all users, newest first. Sessions that have been idle for longer than `idle_timeout` are left
    /// out; `None` means no idle limit.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn sessions(
        &self,
        user: Option<&User>,
        idle_timeout: Option<Duration>,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let limits = TimeLimits { now: self.clock.now(), idle: idle_timeout };
        self.store.sessions(user.map(|user| &user.id), limits).await
    }

    /// Ends a session and returns its user; `None` if there is no active session with this id.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn end_session(&self, id: &SessionId) -> Result<Option<User>, StoreError> {
        let Some(session) = self.store.session_with_id(id).await? else { return Ok(None) };
        let audit = self.event("end-session", &session.user.email, Some(id.clone()));
        let (selector, revoked) = (SessionSelector::id(id), EndReason::SessionRevoked);
        let ended =
            self.invalidate_and_count(self.store.end_sessions(selector, revoked, audit.at.into(), &audit).await?);
        Ok((ended > 0).then_some(session.user))
    }

    /// The latest `limit` events of the audit trail within the time `since`, oldest first.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn audit(&self, since: Duration, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let since = SignedDuration::try_from(since).unwrap_or(SignedDuration::MAX);
        let since = self.clock.now().saturating_sub(since).unwrap_or(Timestamp::MIN);
        self.store.audit(since, limit).await
    }

    /// Checks a new password and hashes it on a blocking thread.
    async fn hash(&self, password: &str) -> Result<String, AdminError> {
        if self.password_rules == PasswordRules::Enforced {
            check_new_password(password)?;
        }
        let password = password.to_owned();
        tokio::task::spawn_blocking(move || hash_blocking(&password)).await.map_err(|_| AdminError::Stopping)
    }

    /// Removes ended sessions from the cache of the service in this process, and counts them.
    pub(super) fn invalidate_and_count(&self, sessions: Vec<TokenHash>) -> usize {
        if let Some(service) = &self.service {
            service.invalidate(&sessions);
        }
        sessions.len()
    }

    pub(super) fn event(&self, action: &'static str, subject: &str, session: Option<SessionId>) -> AuditEvent {
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
