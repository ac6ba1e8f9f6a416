//! Logging in: who may try, whether the password is right, and the session that begins.

use latchkey_shared::{EndReason, Login, SessionId, User};

use super::{
    ActiveSession, Client, SessionService, Token, email,
    password::Busy,
    throttle::{self, Decision},
};
use crate::store::{Account, Admission, StoreError};

/// How often an attempt is counted anew when others are counted at the same instant.
const COUNT_TRIES: u32 = 5;

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

    /// Whether it says something about who tried, and not only about the server.
    pub(super) fn is_worth_an_audit(&self) -> bool {
        !matches!(self, Self::Busy(_) | Self::CannotTell(_))
    }
}

impl SessionService {
    /// Checks a password and begins a session. The session that is signed in here already ends for it.
    ///
    /// # Errors
    /// Nobody was let in, and why.
    pub async fn log_in(
        &self,
        Login { email, password, remember }: Login,
        here: Option<&ActiveSession>,
        client: &Client,
    ) -> Result<(Token, ActiveSession), Denied> {
        let email = email::normalise(&email).unwrap_or_default();
        let outcome = self.try_log_in(&email, password, remember, here, client).await;
        self.metrics.logged_in(outcome.as_ref().map_or_else(Denied::as_str, |_| "ok"));
        let session = outcome.as_ref().ok().map(|(_, session)| session.id());
        self.audit_proof("log-in", outcome.as_ref().err(), &email, session, client).await;
        outcome
    }

    /// Writes to the audit trail what came of giving a password, if it says something about who gave it.
    pub(super) async fn audit_proof(
        &self,
        action: &'static str,
        denied: Option<&Denied>,
        actor: &str,
        session: Option<&SessionId>,
        client: &Client,
    ) {
        if denied.is_none_or(Denied::is_worth_an_audit) {
            self.audit(action, denied.map_or("ok", Denied::as_str), actor, session, client).await;
        }
    }

    async fn try_log_in(
        &self,
        email: &str,
        password: String,
        remember: Option<bool>,
        here: Option<&ActiveSession>,
        client: &Client,
    ) -> Result<(Token, ActiveSession), Denied> {
        if let Some(retry_after_s) = client.ip.and_then(|ip| self.address_limit.count(ip).err()) {
            return Err(Denied::TooManyAttempts { retry_after_s });
        }
        let account = self.store.account(email).await.map_err(Denied::CannotTell)?;
        // A device that is signed in is not blocked by what others try on its account.
        let subject = match here.filter(|here| here.user().email == email) {
            Some(here) => format!("session {}", here.id().0),
            None => format!("account {email}"),
        };
        self.prove(&subject, account.as_ref(), password.clone()).await?;
        match account {
            Some(account) if account.disabled => Err(Denied::AccountDisabled),
            Some(account) => {
                let begun = self.begin(&account, remember, here, client).await?;
                // Not before: the session began with the hash that was checked.
                self.rehash(&account, password).await;
                Ok(begun)
            }
            None => Err(Denied::Wrong),
        }
    }

    /// Checks a password, and counts the failure if it is wrong. An unknown account costs the same work.
    pub(super) async fn prove(&self, subject: &str, account: Option<&Account>, password: String) -> Result<(), Denied> {
        self.count_attempt(subject).await?;
        let hash = account.map(|account| account.password_hash.clone());
        if !self.passwords.verify(password, hash).await.map_err(Denied::Busy)? {
            return Err(Denied::Wrong);
        }
        self.store.clear_attempts(subject).await.map_err(Denied::CannotTell)
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
        Account { user, password_hash, .. }: &Account,
        remember: Option<bool>,
        here: Option<&ActiveSession>,
        client: &Client,
    ) -> Result<(Token, ActiveSession), Denied> {
        // Who proves the password once more has not said that the computer is another one now.
        let same_user = here.filter(|here| here.user().id == user.id);
        let remembered = remember.unwrap_or_else(|| same_user.is_none_or(ActiveSession::is_remembered));
        let (token, mut session) = self.new_session(user, remembered, client);
        session.replaces = here.map(|here| here.token);
        let inserted = self.store.insert_session(&session, password_hash, self.sessions_per_user).await;
        match inserted.map_err(Denied::CannotTell)? {
            Admission::Admitted(ended) => {
                self.forget(&ended);
                Ok((token, self.begun(session, user.clone())))
            }
            Admission::Refused => Err(self.refused(user).await),
        }
    }

    /// Why a log-in with a right password was not kept: the account was disabled while it was being checked, or has another
    /// password by now.
    async fn refused(&self, user: &User) -> Denied {
        match self.store.account(&user.email).await {
            Ok(Some(account)) if account.disabled => Denied::AccountDisabled,
            Ok(_) => Denied::Wrong,
            Err(error) => Denied::CannotTell(error),
        }
    }
}
