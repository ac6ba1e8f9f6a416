//! Logging in: who may try, whether the password is right, and the session that begins.

use std::sync::Arc;

use latchkey_shared::{EndReason, Login};

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

/// How often a right password is checked again because the hash that it was checked against has been replaced meanwhile.
pub(super) const MAX_TRIES: u32 = 4;

/// Why nobody was let in.
#[derive(Debug)]
pub enum AuthError {
    /// No account has this address and password. Which of the two is wrong is not told.
    BadCredentials,
    /// The password was right, but an operator disabled the account.
    AccountDisabled,
    /// The password was right, but the session that asks ended while it was being checked, and this is why.
    SessionEnded(EndReason),
    /// There were too many failures; the attempt was not looked at.
    TooManyAttempts {
        /// When the next one is, in seconds.
        retry_after_s: u64,
    },
    /// Too many passwords are waiting.
    Busy(Busy),
    /// The store did not answer.
    Unavailable(StoreError),
}

impl AuthError {
    /// The fixed word for it, in the audit trail and in metrics.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::BadCredentials => "bad-credentials",
            Self::AccountDisabled => "account-disabled",
            Self::SessionEnded(_) => "session-ended",
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

/// Where a log-in comes from.
#[derive(Clone, Debug, Default)]
pub struct LoginContext {
    /// The session that is signed in there.
    pub current: Option<ActiveSession>,
    /// Its device cookie.
    pub device: Option<Token>,
    /// The connection.
    pub client: Client,
}

/// What a log-in hands a browser.
#[derive(Debug)]
pub struct NewLogin {
    /// The token of the session.
    pub token: Token,
    /// The session.
    pub session: ActiveSession,
    /// The device cookie by which the browser is known from now on; a computer that is not the user's own gets none.
    pub device: Option<Token>,
}

impl SessionService {
    /// Checks a password and begins a session. The session that is signed in here already ends for it.
    ///
    /// # Errors
    /// Nobody was let in, and why.
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
            context.origin = match (&from.current, &from.device) {
                (Some(current), _) if current.user().id == user.id => Origin::Session(current.id().clone()),
                (_, Some(device)) if device_is_known => Origin::Device(device.hash().to_text()),
                _ => Origin::Address,
            };
        }
        let attempt = self.attempt(context, permit).await?;
        for _ in 0..MAX_TRIES {
            let (known, verified) = self.verify_password_throttled(&attempt, account.as_ref(), &password).await?;
            if known.disabled {
                return Err(self.audit_authentication(&attempt, AuthError::AccountDisabled).await);
            }
            let new_hash = match verified {
                PasswordCheck::CorrectOutdated => {
                    Some(self.password_hasher.hash(&attempt.permit, password.clone()).await?)
                }
                PasswordCheck::Correct | PasswordCheck::Wrong => None,
            };
            let begin =
                VerifiedLogin { account: known.clone(), new_hash, remember, from: from.clone(), device_is_known };
            let (service, attempt) = (self.clone(), attempt.clone());
            if let Some(new_login) = run_to_completion(async move { service.begin(begin, &attempt).await }).await? {
                return Ok(new_login);
            }
            // Something happened to the account while the password was checked. If it was nothing but a new hash of the same
            // password, which another log-in made, the password is right still.
            account = self.store.account(&known.user.email).await?;
        }
        Err(Busy.into())
    }

    /// Whether somebody signed in to the account in this browser before. It is asked for unknown accounts too, which must take as
    /// long.
    async fn knows_device(&self, from: &LoginContext, account: Option<&Account>) -> Result<bool, StoreError> {
        let Some(device) = &from.device else { return Ok(false) };
        let users = self.store.users_of_device(&device.hash()).await?;
        Ok(account.is_some_and(|account| users.contains(&account.user.id)))
    }

    /// Begins the session; `None` if the account is not any more what the password was checked against.
    async fn begin(&self, begin: VerifiedLogin, attempt: &Attempt) -> Result<Option<NewLogin>, AuthError> {
        let VerifiedLogin { account: Account { user, password_hash, .. }, new_hash, remember, from, device_is_known } =
            begin;
        // Who proves the password once more has not said that the computer is another one now.
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

/// What it takes to begin a session when the password was right.
struct VerifiedLogin {
    account: Account,
    new_hash: Option<String>,
    remember: Option<bool>,
    from: LoginContext,
    device_is_known: bool,
}
