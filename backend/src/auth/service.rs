//! Log in, verify, log out: the rules, in one place. Whatever touches a user's data asks here first.

use std::sync::Arc;

use jiff::Timestamp;
use latchkey_shared::{EndReason, Session, SessionId, SignedIn, User, Verified};

use super::{
    Token,
    cache::SessionCache,
    email,
    password::{Busy, Passwords},
    policy::{self, Lifetimes},
};
use crate::{
    clock::Clock,
    store::{NewSession, SessionRecord, Store, StoreError},
};

/// The session's rules over a store and a clock.
pub struct SessionService {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    passwords: Passwords,
    cache: SessionCache,
    lifetimes: Lifetimes,
}

/// What a check found. Three answers, never two: an outage is no end, and there is no way to turn one into the other
/// but to write it down in a `match`.
#[must_use]
#[derive(Debug)]
pub enum Verdict {
    /// The session is active.
    Active(ActiveSession),
    /// There is no session, or it has ended, and this is why.
    Ended(EndReason),
    /// The store did not answer, so nobody knows.
    CannotTell(StoreError),
}

/// A session that was active when it was checked. Only [`SessionService`] makes one.
#[derive(Clone, Debug)]
pub struct ActiveSession {
    record: Arc<SessionRecord>,
    checked_at: Timestamp,
}

/// What came of an attempt to log in.
#[must_use]
#[derive(Debug)]
pub enum LogIn {
    /// The password was right; this opens the new session.
    SignedIn(Token, ActiveSession),
    /// No account has this address and password. Which of the two is wrong is not told.
    BadCredentials,
    /// Too many others are logging in at this moment.
    Busy(Busy),
    /// The store did not answer.
    CannotTell(StoreError),
}

impl SessionService {
    /// The rules over a store and a clock.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        passwords: Passwords,
        cache: SessionCache,
        lifetimes: Lifetimes,
    ) -> Self {
        Self {
            store,
            clock,
            passwords,
            cache,
            lifetimes,
        }
    }

    /// Checks a password and begins a session. `previous`, the session whose cookie the new one replaces, ends.
    pub async fn log_in(&self, email: &str, password: String, previous: Option<&Token>) -> LogIn {
        let account = match email::normalise(email) {
            Some(email) => self.store.account(&email).await,
            None => Ok(None),
        };
        let (user, hash) = match account {
            Ok(account) => account.map(|account| (account.user, account.password_hash)).unzip(),
            Err(error) => return LogIn::CannotTell(error),
        };
        match (self.passwords.verify(password, hash).await, user) {
            (Err(busy), _) => LogIn::Busy(busy),
            (Ok(true), Some(user)) => self.begin(user, previous).await.unwrap_or_else(LogIn::CannotTell),
            _ => LogIn::BadCredentials,
        }
    }

    async fn begin(&self, user: User, previous: Option<&Token>) -> Result<LogIn, StoreError> {
        let (token, now) = (Token::random(), self.clock.now());
        let session = NewSession {
            id: SessionId(uuid::Uuid::new_v4().to_string()),
            token_hash: token.hash(),
            user_id: user.id.clone(),
            created_at: now,
            expires_at: self.lifetimes.deadline(now),
        };
        self.store.insert_session(&session).await?;
        if let Some(previous) = previous {
            self.log_out(previous).await?;
        }
        let NewSession {
            id,
            created_at,
            expires_at,
            ..
        } = session;
        let record = Arc::new(SessionRecord {
            id,
            user,
            created_at,
            expires_at,
            ended: None,
        });
        Ok(LogIn::SignedIn(
            token,
            ActiveSession {
                record,
                checked_at: now,
            },
        ))
    }

    /// Whether a token's session is active. No token means that nobody is signed in, and costs no query.
    pub async fn verify(&self, token: Option<&Token>) -> Verdict {
        let Some(token) = token else {
            return Verdict::Ended(EndReason::SessionMissing);
        };
        match self.cache.session(&token.hash(), &*self.store).await {
            Ok(Some(record)) => {
                let checked_at = self.clock.now();
                match policy::ended(&record, checked_at) {
                    None => Verdict::Active(ActiveSession { record, checked_at }),
                    Some(reason) => Verdict::Ended(reason),
                }
            }
            Ok(None) => Verdict::Ended(EndReason::SessionMissing),
            Err(error) => Verdict::CannotTell(error),
        }
    }

    /// Ends a token's session, if there is one.
    ///
    /// # Errors
    /// The store did not answer; the session may still be active.
    pub async fn log_out(&self, token: &Token) -> Result<(), StoreError> {
        let hash = token.hash();
        self.store
            .end_session(&hash, EndReason::SignedOut, self.clock.now())
            .await?;
        self.cache.forget(&hash);
        Ok(())
    }

    /// Asks the store for a sign of life.
    ///
    /// # Errors
    /// There was none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    /// Keeps what is remembered of the store true, for as long as it is polled.
    pub async fn follow_store(&self) {
        self.cache.follow(&*self.store).await;
    }
}

impl ActiveSession {
    /// The session's public handle.
    #[must_use]
    pub fn id(&self) -> &SessionId {
        &self.record.id
    }

    /// Whose session it is.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.record.user
    }

    /// The session, as its client sees it.
    #[must_use]
    pub fn session(&self) -> Session {
        Session {
            id: self.record.id.clone(),
            created_at: latchkey_shared::Timestamp(self.record.created_at.to_string()),
            expires_at: latchkey_shared::Timestamp(self.record.expires_at.to_string()),
            expires_in_s: policy::seconds_until(self.record.expires_at, self.checked_at),
            idle_expires_in_s: None,
            refreshable: false,
        }
    }

    /// The answer to a check.
    #[must_use]
    pub fn verified(&self) -> Verified {
        Verified {
            session: self.session(),
            user_id: self.user().id.clone(),
            user_version: self.user().version,
        }
    }

    /// The answer to a log-in.
    #[must_use]
    pub fn signed_in(&self) -> SignedIn {
        SignedIn {
            user: self.user().clone(),
            session: self.session(),
        }
    }
}
