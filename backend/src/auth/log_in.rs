//! Logging in: who may try, whether the password is right, and the session that begins.

use latchkey_shared::User;

use super::{
    ActiveSession, Client, SessionService, Token, email,
    password::Busy,
    throttle::{self, Decision},
};
use crate::store::{Account, Admission, StoreError};

/// How often an attempt is counted anew when others are counted at the same instant.
const COUNT_TRIES: u32 = 5;

/// What came of an attempt to log in.
#[must_use]
#[derive(Debug)]
pub enum LogIn {
    /// The password was right; this opens the new session.
    SignedIn(Token, ActiveSession),
    /// No account has this address and password. Which of the two is wrong is not told.
    BadCredentials,
    /// The password was right, but an operator disabled the account.
    AccountDisabled,
    /// There were too many failures; the attempt was not looked at.
    TooManyAttempts {
        /// When the next one is, in seconds.
        retry_after_s: u64,
    },
    /// Too many others are logging in at this moment.
    Busy(Busy),
    /// The store did not answer.
    CannotTell(StoreError),
}

/// Why a password was not checked, or did not pass.
pub(super) enum Denied {
    Wrong,
    TooManyAttempts { retry_after_s: u64 },
    Busy(Busy),
    CannotTell(StoreError),
}

impl SessionService {
    /// Checks a password and begins a session. The session that is signed in here already ends for it.
    pub async fn log_in(&self, email: &str, password: String, here: Option<&ActiveSession>, client: &Client) -> LogIn {
        let email = email::normalise(email).unwrap_or_default();
        let outcome = self.try_log_in(&email, password, here, client).await;
        let (word, session) = match &outcome {
            LogIn::SignedIn(_, session) => ("ok", Some(session.id())),
            LogIn::BadCredentials => ("bad-credentials", None),
            LogIn::AccountDisabled => ("account-disabled", None),
            LogIn::TooManyAttempts { .. } => ("too-many-attempts", None),
            LogIn::Busy(_) => ("busy", None),
            LogIn::CannotTell(_) => ("unavailable", None),
        };
        self.metrics.logged_in(word);
        if matches!(outcome, LogIn::Busy(_) | LogIn::CannotTell(_)) {
            return outcome;
        }
        self.audit("log-in", word, &email, session, client).await;
        outcome
    }

    async fn try_log_in(&self, email: &str, password: String, here: Option<&ActiveSession>, client: &Client) -> LogIn {
        if let Some(retry_after_s) = client.ip.and_then(|ip| self.address_limit.count(ip).err()) {
            return LogIn::TooManyAttempts { retry_after_s };
        }
        let account = match self.store.account(email).await {
            Ok(account) => account,
            Err(error) => return LogIn::CannotTell(error),
        };
        // A device that is signed in is not blocked by what others try on its account.
        let subject = match here.filter(|here| here.user().email == email) {
            Some(here) => format!("session {}", here.id().0),
            None => format!("account {email}"),
        };
        if let Err(denied) = self.prove(&subject, account.as_ref(), password).await {
            return denied.into();
        }
        match account {
            Some(account) if account.disabled => LogIn::AccountDisabled,
            Some(account) => self.begin(account, here, client).await.unwrap_or_else(LogIn::CannotTell),
            None => LogIn::BadCredentials,
        }
    }

    /// Checks a password, and counts the failure if it is wrong. An unknown account costs the same work.
    pub(super) async fn prove(&self, subject: &str, account: Option<&Account>, password: String) -> Result<(), Denied> {
        self.count_attempt(subject).await?;
        let hash = account.map(|account| account.password_hash.clone());
        let proved = self.passwords.verify(password.clone(), hash).await.map_err(Denied::Busy)?;
        let (Some(account), true) = (account, proved) else {
            return Err(Denied::Wrong);
        };
        self.store.clear_attempts(subject).await.map_err(Denied::CannotTell)?;
        self.rehash(account, password).await;
        Ok(())
    }

    async fn count_attempt(&self, subject: &str) -> Result<(), Denied> {
        for _ in 0..COUNT_TRIES {
            let before = self.store.attempts(subject).await.map_err(Denied::CannotTell)?;
            match throttle::decide(before, self.clock.now()) {
                Decision::Wait { seconds } => return Err(Denied::TooManyAttempts { retry_after_s: seconds }),
                Decision::Admit(after) => {
                    if self.store.replace_attempts(subject, before, after).await.map_err(Denied::CannotTell)? {
                        return Ok(());
                    }
                }
            }
        }
        Err(Denied::TooManyAttempts { retry_after_s: 1 })
    }

    /// Brings a hash up to today's parameters while the password is at hand. It can wait until the next log-in.
    async fn rehash(&self, Account { user: User { id, .. }, password_hash, .. }: &Account, password: String) {
        if !self.passwords.is_outdated(password_hash) {
            return;
        }
        let Ok(new) = self.passwords.hash(password).await else {
            return;
        };
        if let Err(error) = self.store.rehash_password(id, password_hash, &new).await {
            tracing::warn!(%error, "cannot replace an outdated password hash");
        }
    }

    async fn begin(
        &self,
        Account { user, password_hash, .. }: Account,
        here: Option<&ActiveSession>,
        client: &Client,
    ) -> Result<LogIn, StoreError> {
        let (token, mut session) = self.new_session(&user, client);
        session.replaces = here.map(|here| here.token);
        match self.store.insert_session(&session, &password_hash, self.sessions_per_user).await? {
            Admission::Admitted(ended) => {
                self.forget(&ended);
                Ok(LogIn::SignedIn(token, self.begun(session, user)))
            }
            Admission::Refused => Ok(LogIn::BadCredentials),
        }
    }
}

impl From<Denied> for LogIn {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Wrong => Self::BadCredentials,
            Denied::TooManyAttempts { retry_after_s } => Self::TooManyAttempts { retry_after_s },
            Denied::Busy(busy) => Self::Busy(busy),
            Denied::CannotTell(error) => Self::CannotTell(error),
        }
    }
}
