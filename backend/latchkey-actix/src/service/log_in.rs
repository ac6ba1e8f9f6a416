//! Logging in: who may try, whether the password is right, and the session that begins.

use std::sync::Arc;

use latchkey_shared::{EndReason, Login};

use super::{
    ActiveSession, Client, SessionService,
    attempt::{Attempt, Guesser, Origin},
    hash_capacity::Busy,
    hashing::Verified,
    profile::find_account,
    run_to_completion::to_the_end,
};
use crate::{
    domain::{email, token::Token},
    store::{Account, Admission, Device, LogIn, StoreError},
};

/// How often a right password is checked again because the hash that it was checked against has been replaced meanwhile.
pub(super) const TRIES: u32 = 4;

/// Why nobody was let in.
#[derive(Debug)]
pub enum Denied {
    /// No account has this address and password. Which of the two is wrong is not told.
    Wrong,
    /// The password was right, but an operator disabled the account.
    AccountDisabled,
    /// The password was right, but the session that asks ended while it was being checked, and this is why.
    Ended(EndReason),
    /// There were too many failures; the attempt was not looked at.
    TooManyAttempts {
        /// When the next one is, in seconds.
        retry_after_s: u64,
    },
    /// Too many passwords are waiting.
    Busy(Busy),
    /// The store did not answer.
    CannotTell(StoreError),
}

impl Denied {
    /// The fixed word for it, in the audit trail and in metrics.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Wrong => "bad-credentials",
            Self::AccountDisabled => "account-disabled",
            Self::Ended(_) => "session-ended",
            Self::TooManyAttempts { .. } => "too-many-attempts",
            Self::Busy(_) => "busy",
            Self::CannotTell(_) => "unavailable",
        }
    }
}

impl From<StoreError> for Denied {
    fn from(error: StoreError) -> Self {
        Self::CannotTell(error)
    }
}

impl From<Busy> for Denied {
    fn from(busy: Busy) -> Self {
        Self::Busy(busy)
    }
}

/// Where a log-in comes from.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The session that is signed in there.
    pub here: Option<ActiveSession>,
    /// Its device cookie.
    pub device: Option<Token>,
    /// The connection.
    pub client: Client,
}

/// What a log-in hands a browser.
#[derive(Debug)]
pub struct SignIn {
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
    pub async fn log_in(self: &Arc<Self>, login: Login, browser: Browser) -> Result<SignIn, Denied> {
        let outcome = self.try_log_in(login, &browser).await;
        self.metrics.logged_in(outcome.as_ref().map_or_else(Denied::as_str, |_| "ok"));
        outcome
    }

    async fn try_log_in(self: &Arc<Self>, login: Login, browser: &Browser) -> Result<SignIn, Denied> {
        let Login { email, password, remember } = login;
        let client = &browser.client;
        let mut who = Guesser {
            action: "log-in",
            account: email::normalise(&email).unwrap_or_default(),
            session: None,
            origin: Origin::Address,
            client: client.clone(),
        };
        if let Some(retry_after_s) = client.ip.and_then(|ip| self.address_limit.count(ip).err()) {
            return Err(self.refuse(&who, retry_after_s));
        }
        let place = self.passwords.admit(client.ip)?;
        let mut account = find_account(&*self.store, &email).await?;
        let device_is_known = self.knows_device(browser, account.as_ref()).await?;
        if let Some(Account { user, .. }) = &account {
            who.account.clone_from(&user.email);
            who.origin = match (&browser.here, &browser.device) {
                (Some(here), _) if here.user().id == user.id => Origin::Session(here.id().clone()),
                (_, Some(device)) if device_is_known => Origin::Device(device.hash().to_text()),
                _ => Origin::Address,
            };
        }
        let attempt = self.attempt(who, place).await?;
        for _ in 0..TRIES {
            let (known, verified) = self.prove(&attempt, account.as_ref(), &password).await?;
            if known.disabled {
                return Err(self.record_denied(&attempt, Denied::AccountDisabled).await);
            }
            let new_hash = match verified {
                Verified::RightButOutdated => Some(self.passwords.hash(&attempt.place, password.clone()).await?),
                Verified::Right | Verified::Wrong => None,
            };
            let begin = Begin { account: known.clone(), new_hash, remember, browser: browser.clone(), device_is_known };
            let (service, attempt) = (self.clone(), attempt.clone());
            if let Some(sign_in) = to_the_end(async move { service.begin(begin, &attempt).await }).await? {
                return Ok(sign_in);
            }
            // Something happened to the account while the password was checked. If it was nothing but a new hash of the same
            // password, which another log-in made, the password is right still.
            account = self.store.account(&known.user.email).await?;
        }
        Err(Busy.into())
    }

    /// Whether somebody signed in to the account in this browser before. It is asked for unknown accounts too, which must take as
    /// long.
    async fn knows_device(&self, browser: &Browser, account: Option<&Account>) -> Result<bool, StoreError> {
        let Some(device) = &browser.device else { return Ok(false) };
        let users = self.store.users_of_device(&device.hash()).await?;
        Ok(account.is_some_and(|account| users.contains(&account.user.id)))
    }

    /// Begins the session; `None` if the account is not any more what the password was checked against.
    async fn begin(&self, begin: Begin, attempt: &Attempt) -> Result<Option<SignIn>, Denied> {
        let Begin { account: Account { user, password_hash, .. }, new_hash, remember, browser, device_is_known } =
            begin;
        // Who proves the password once more has not said that the computer is another one now.
        let same_user = browser.here.as_ref().filter(|here| here.user().id == user.id);
        let remembered = remember.unwrap_or_else(|| same_user.is_none_or(ActiveSession::is_remembered));
        let (token, mut session) = self.new_session(&user, remembered, &browser.client);
        session.replaces = browser.here.as_ref().map(|here| here.token);
        let (known, unknown) = if device_is_known { (browser.device, None) } else { (None, browser.device) };
        let device = remembered.then(|| known.unwrap_or_else(Token::random));
        let log_in = LogIn {
            session: &session,
            password_hash: &password_hash,
            new_hash: new_hash.as_deref(),
            limit: self.sessions_per_user,
            forgiven: &attempt.who.forgiven(),
            device: device
                .as_ref()
                .map(|device| Device { token_hash: device.hash(), replaces: unknown.as_ref().map(Token::hash) }),
            audit: &attempt.who.event("ok", Some(&session.id), session.created_at),
        };
        match self.store.insert_session(&log_in).await? {
            Admission::Admitted(ended) => {
                self.forget(&ended);
                Ok(Some(SignIn { token, session: self.begun(session, user), device }))
            }
            Admission::Refused => Ok(None),
        }
    }
}

/// What it takes to begin a session when the password was right.
struct Begin {
    account: Account,
    new_hash: Option<String>,
    remember: Option<bool>,
    browser: Browser,
    device_is_known: bool,
}
