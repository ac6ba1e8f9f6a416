//! What operators do to accounts and sessions, from the command line or from an app's own code: the same writes as those of users,
//! each with its row in the audit trail.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use latchkey_shared::{EndReason, SessionId, User, UserId};

use super::{SessionService, hashing::hash_blocking, profile::find_account};
use crate::{
    clock::{Clock, SystemClock},
    domain::{
        email,
        validation::{InvalidInput, MAX_NAME_CHARS, check_name, check_new_password},
    },
    store::{
        Account, AuditEntry, AuditEvent, InsertUserOutcome, SessionRecord, SessionSelector, Store, StoreError,
        TimeLimits, TokenHash,
    },
};

/// An operator at a store. Running servers follow the store, so whatever is done takes effect there within
/// [`cache_staleness`](crate::Builder::cache_staleness), typically 50 ms; what [`Latchkey::admin`](crate::Latchkey::admin) does
/// takes effect in its own process at once.
#[derive(Clone)]
pub struct Admin {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// The server in the same process, if there is one.
    service: Option<Arc<SessionService>>,
    password_rules: PasswordRules,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PasswordRules {
    Enforced,
    Waived,
}

/// A user who is to be added: an e-mail address and a name that were found acceptable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUser {
    email: String,
    name: String,
}

/// A user, and whether the account is disabled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserEntry {
    /// The user.
    pub user: User,
    /// Whether an operator disabled the account, so that nobody can sign in to it.
    pub disabled: bool,
}

/// Why an operator's action was not done; nothing was changed then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdminError {
    /// The address, the name or the password is not acceptable; the message says why.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is an account with this e-mail address already.
    #[error("there is an account for {0} already")]
    EmailTaken(String),
    /// The password could not be hashed, because the process is about to end.
    #[error("the process is about to end")]
    Stopping,
    /// The store did not answer.
    #[error(transparent)]
    Unavailable(#[from] StoreError),
}

impl NewUser {
    /// A user with an e-mail address, whose letter case does not matter. The name is the part of the address before the @, until
    /// [`named`](Self::named) gives another one.
    ///
    /// # Errors
    /// [`InvalidInput`]: it cannot be an e-mail address, and why.
    pub fn new(email: &str) -> Result<Self, InvalidInput> {
        let email = email::check_new(email)?;
        let name = email.split('@').next().unwrap_or_default().chars().take(MAX_NAME_CHARS).collect();
        Ok(Self { email, name })
    }

    /// The same with a name of 1 to 100 visible characters.
    ///
    /// # Errors
    /// [`InvalidInput`]: it cannot be a name, and why.
    pub fn named(self, name: &str) -> Result<Self, InvalidInput> {
        Ok(Self { name: check_name(name)?, ..self })
    }

    /// The e-mail address, in the spelling in which it is kept.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.email
    }
}

impl Admin {
    /// An operator at a store that this process serves nothing of.
    #[must_use]
    pub fn new(store: impl Store) -> Self {
        Self {
            store: Arc::new(store),
            clock: Arc::new(SystemClock),
            service: None,
            password_rules: PasswordRules::Enforced,
        }
    }

    pub(crate) fn of_server(store: Arc<dyn Store>, clock: Arc<dyn Clock>, service: Arc<SessionService>) -> Self {
        Self { store, clock, service: Some(service), password_rules: PasswordRules::Enforced }
    }

    /// The same operator, who may also set passwords that users could not choose themselves.
    #[must_use]
    pub fn waive_password_rules(self) -> Self {
        Self { password_rules: PasswordRules::Waived, ..self }
    }

    /// The user with an e-mail address, however it is spelled.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn find_user(&self, email: &str) -> Result<Option<User>, StoreError> {
        Ok(find_account(&*self.store, email).await?.map(|account| account.user))
    }

    /// All users, by e-mail address.
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
    /// [`AdminError`]: one of them is not acceptable, the address is taken, or the store did not answer.
    pub async fn add_user(&self, email: &str, name: &str, password: &str) -> Result<User, AdminError> {
        self.add(NewUser::new(email)?.named(name)?, password).await
    }

    /// Adds a user whose address and name have been checked before.
    ///
    /// # Errors
    /// [`AdminError`]: the password is not acceptable, the address is taken, or the store did not answer.
    pub async fn add(&self, new: NewUser, password: &str) -> Result<User, AdminError> {
        let password_hash = self.hash(password).await?;
        let NewUser { email, name } = new;
        // Accounts from before addresses had one spelling may be there under another one.
        if self.find_user(&email).await?.is_some() {
            return Err(AdminError::EmailTaken(email));
        }
        let audit = self.event("add-user", &email, None);
        let user = User::new(UserId(uuid::Uuid::new_v4().to_string()), email, name, 1);
        let account = Account { user: user.clone(), password_hash, disabled: false };
        match self.store.insert_user(&account, &audit).await? {
            InsertUserOutcome::Inserted => Ok(user),
            InsertUserOutcome::EmailTaken => Err(AdminError::EmailTaken(user.email)),
        }
    }

    /// Gives a user another password, ends all of the user's sessions and forgets failed log-ins. Returns how many sessions ended.
    ///
    /// # Errors
    /// [`AdminError`]: the password is not acceptable, or the store did not answer.
    pub async fn set_password(&self, user: &User, password: &str) -> Result<usize, AdminError> {
        let hash = self.hash(password).await?;
        let audit = self.event("set-password", &user.email, None);
        Ok(self.ended(self.store.set_password(&user.id, &hash, &audit).await?))
    }

    /// Disables an account and ends all of its sessions. Returns how many ended.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn disable(&self, user: &User) -> Result<usize, StoreError> {
        let audit = self.event("disable-user", &user.email, None);
        Ok(self.ended(self.store.set_disabled(&user.id, true, &audit).await?))
    }

    /// Enables an account, and forgets failed log-ins, so that its user can try at once.
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
        Ok(self.ended(self.store.end_sessions(all, revoked, audit.at.into(), &audit).await?))
    }

    /// Deletes a user with all sessions. What the user did stays in the audit trail until it is swept. Returns how many sessions were
    /// active.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn delete(&self, user: &User) -> Result<usize, StoreError> {
        let audit = self.event("delete-user", &user.email, None);
        Ok(self.ended(self.store.delete_user(&user.id, &audit).await?))
    }

    /// The active sessions of a user, or of all users, the latest first. Sessions that were idle for longer than `idle_timeout` are
    /// left out; `None` leaves none out.
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

    /// Ends a session. Returns whose it was; `None` if there is no active session with this id.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn end_session(&self, id: &SessionId) -> Result<Option<User>, StoreError> {
        let Some(session) = self.store.session_with_id(id).await? else { return Ok(None) };
        let audit = self.event("end-session", &session.user.email, Some(id.clone()));
        let (selector, revoked) = (SessionSelector::id(id), EndReason::SessionRevoked);
        let ended = self.ended(self.store.end_sessions(selector, revoked, audit.at.into(), &audit).await?);
        Ok((ended > 0).then_some(session.user))
    }

    /// What the audit trail says of the time since so long ago, oldest first: at most `limit` events, the latest.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn audit(&self, since: Duration, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let since = SignedDuration::try_from(since).unwrap_or(SignedDuration::MAX);
        let since = self.clock.now().saturating_sub(since).unwrap_or(Timestamp::MIN);
        self.store.audit(since, limit).await
    }

    /// The hash of a new password, computed on a thread of its own.
    async fn hash(&self, password: &str) -> Result<String, AdminError> {
        if self.password_rules == PasswordRules::Enforced {
            check_new_password(password)?;
        }
        let password = password.to_owned();
        tokio::task::spawn_blocking(move || hash_blocking(&password)).await.map_err(|_| AdminError::Stopping)
    }

    /// Makes the server in this process forget sessions, and counts them.
    fn ended(&self, sessions: Vec<TokenHash>) -> usize {
        if let Some(service) = &self.service {
            service.invalidate(&sessions);
        }
        sessions.len()
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
