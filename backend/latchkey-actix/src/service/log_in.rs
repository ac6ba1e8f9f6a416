//! Logging in: rate limits, the check of the password, and the new session.

use std::sync::Arc;

use latchkey_shared::{EndReason, Login, User};

use super::{
    ActiveSession, Client, SessionService,
    attempt::{Attempt, AttemptContext, Origin},
    hash_capacity::Busy,
    hashing::PasswordCheck,
    profile::find_account,
    run_to_completion::run_to_completion,
};
use crate::{
    domain::{email, token::Token},
    store::{Account, Device, InsertSessionOutcome, LogIn, StoreError},
};

/// Most checks of one password. It is checked again if the account's hash was replaced between the check and the write.
pub(super) const MAX_PASSWORD_CHECKS: u32 = 4;

/// Why a log-in, a change of password or the use of a one-time link failed.
#[derive(Debug)]
pub enum AuthError {
    /// No account has this e-mail address and password. Which of the two is wrong is not revealed.
    BadCredentials,
    /// The password was right, but an operator disabled the account.
    AccountDisabled,
    /// The password was right, but the current session ended while it was being checked, for this reason.
    SessionEnded(EndReason),
    /// The one-time link was never issued, has expired, has been used, or was replaced by another.
    InvalidLink,
    /// There were too many attempts before; the password was not checked.
    TooManyAttempts {
        /// Seconds until the next attempt is accepted, rounded up.
        retry_after_s: u64,
    },
    /// Too many passwords are waiting to be hashed.
    Busy(Busy),
    /// The store did not answer.
    Unavailable(StoreError),
}

impl AuthError {
    /// The outcome's name in the audit trail and in metrics.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::BadCredentials => "bad-credentials",
            Self::AccountDisabled => "account-disabled",
            Self::SessionEnded(_) => "session-ended",
            Self::InvalidLink => "invalid-link",
            Self::TooManyAttempts { .. } => "too-many-attempts",
            Self::Busy(_) => "busy",
            Self::Unavailable(_) => "unavailable",
        }
    }
}

impl From<StoreError> for AuthError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error)
    }
}

impl From<Busy> for AuthError {
    fn from(busy: Busy) -> Self {
        Self::Busy(busy)
    }
}

/// The browser that a log-in comes from.
#[derive(Clone, Debug, Default)]
pub struct LoginContext {
    /// Its active session, if it has one.
    pub current: Option<ActiveSession>,
    /// The token in its device cookie.
    pub device: Option<Token>,
    /// Its address and user agent.
    pub client: Client,
}

/// The session that a log-in started, with the tokens for the browser's cookies.
#[derive(Debug)]
pub struct NewLogin {
    /// The session's token.
    pub token: Token,
    /// The session.
    pub session: ActiveSession,
    /// The token of the device cookie; `None` for a session that is not remembered, on a computer that is not the user's own.
    pub device: Option<Token>,
}

impl SessionService {
    /// Checks a password and starts a session, which replaces the browser's current one.
    ///
    /// # Errors
    /// [`AuthError`]; the current session is unchanged then.
    pub async fn log_in(self: &Arc<Self>, login: Login, from: LoginContext) -> Result<NewLogin, AuthError> {
        let outcome = self.try_log_in(login, &from).await;
        self.metrics.count_log_in(outcome.as_ref().map_or_else(AuthError::as_str, |_| "ok"));
        outcome
    }

    async fn try_log_in(self: &Arc<Self>, login: Login, from: &LoginContext) -> Result<NewLogin, AuthError> {
        let Login { email, password, remember } = login;
        let client = &from.client;
        let mut context = AttemptContext {
            action: "log-in",
            account: email::normalise(&email).unwrap_or_default(),
            session: None,
            origin: Origin::Address,
            client: client.clone(),
        };
        if let Some(retry_after_s) = client.ip.and_then(|ip| self.address_limit.check(ip).err()) {
            return Err(self.reject_attempt(&context, retry_after_s));
        }
        let permit = self.password_hasher.acquire_permit(client.ip)?;
        let mut account = find_account(&*self.store, &email).await?;
        let device_is_known = self.knows_device(from, account.as_ref()).await?;
        if let Some(Account { user, .. }) = &account {
            context.account.clone_from(&user.email);
            context.origin = from.origin(user, device_is_known);
        }
        let attempt = self.start_attempt(context, permit).await?;
        for _ in 0..MAX_PASSWORD_CHECKS {
            let (verified_account, check) =
                self.verify_password_throttled(&attempt, account.as_ref(), &password).await?;
            if verified_account.disabled {
                return Err(self.audit_authentication(&attempt, AuthError::AccountDisabled).await);
            }
            let new_hash = match check {
                PasswordCheck::CorrectOutdated => {
                    Some(self.password_hasher.hash(&attempt.permit, password.clone()).await?)
                }
                PasswordCheck::Correct | PasswordCheck::Wrong => None,
            };
            let login = VerifiedLogin {
                account: verified_account.clone(),
                new_hash,
                remember,
                from: from.clone(),
                device_is_known,
            };
            let (service, attempt) = (self.clone(), attempt.clone());
            if let Some(new_login) =
                run_to_completion(async move { service.begin_session(login, &attempt).await }).await?
            {
                return Ok(new_login);
            }
            // The account changed while the password was checked. If another log-in only replaced the hash, the password is still
            // right: check it against the new hash.
            account = self.store.account(&verified_account.user.email).await?;
        }
        Err(Busy.into())
    }

    /// Whether the account's user has logged in from this browser before. The store is queried for unknown accounts too, so that
    /// the time of the answer does not reveal which accounts exist.
    async fn knows_device(&self, from: &LoginContext, account: Option<&Account>) -> Result<bool, StoreError> {
        let Some(device) = &from.device else { return Ok(false) };
        let users = self.store.users_of_device(&device.hash()).await?;
        Ok(account.is_some_and(|account| users.contains(&account.user.id)))
    }

    /// Inserts the session; `None` if the account has changed since the password was checked.
    async fn begin_session(&self, login: VerifiedLogin, attempt: &Attempt) -> Result<Option<NewLogin>, AuthError> {
        let VerifiedLogin { account: Account { user, password_hash, .. }, new_hash, remember, from, device_is_known } =
            login;
        // A re-authentication does not say whether to remember: it keeps the choice of the current session.
        let same_user = from.current.as_ref().filter(|current| current.user().id == user.id);
        let remembered = remember.unwrap_or_else(|| same_user.is_none_or(ActiveSession::is_remembered));
        let (token, mut session) = self.new_session(&user, remembered, &from.client);
        session.replaces = from.current.as_ref().map(|current| current.token_hash);
        let (known, unknown) = if device_is_known { (from.device, None) } else { (None, from.device) };
        let device = remembered.then(|| known.unwrap_or_else(Token::random));
        let log_in = LogIn {
            session: &session,
            password_hash: &password_hash,
            new_hash: new_hash.as_deref(),
            limit: self.sessions_per_user,
            cleared_subjects: &attempt.context.subject_names(),
            device: device
                .as_ref()
                .map(|device| Device { token_hash: device.hash(), replaces: unknown.as_ref().map(Token::hash) }),
            audit: &attempt.context.event("ok", Some(&session.id), session.created_at),
        };
        match self.store.insert_session(&log_in).await? {
            InsertSessionOutcome::Inserted(ended) => {
                self.invalidate(&ended);
                Ok(Some(NewLogin { token, session: self.newly_started(session, user), device }))
            }
            InsertSessionOutcome::AccountChanged => Ok(None),
        }
    }
}

impl LoginContext {
    /// What failed log-ins to `user`'s account from this browser are counted by.
    fn origin(&self, user: &User, device_is_known: bool) -> Origin {
        match (&self.current, &self.device) {
            (Some(current), _) if current.user().id == user.id => Origin::Session(current.id().clone()),
            (_, Some(device)) if device_is_known => Origin::Device(device.hash().to_text()),
            _ => Origin::Address,
        }
    }
}

/// A log-in with a verified password, ready for the store.
struct VerifiedLogin {
    account: Account,
    new_hash: Option<String>,
    remember: Option<bool>,
    from: LoginContext,
    device_is_known: bool,
}
