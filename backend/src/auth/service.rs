//! The session's rules over a store and a clock. Whatever touches a user's data asks here first: is the session active?
//! What can be done with an active one stands beside: `log_in`, `devices`, `account`.

use std::{net::IpAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, SignedIn, User};

use super::{
    Token,
    address_limit::AddressLimit,
    cache::{Found, SessionCache},
    deed::to_the_end,
    known_session::{KnownSession, Left},
    password::Passwords,
    policy,
    policy::Lifetimes,
    reader::SessionReader,
    turns::Turns,
};
use crate::{
    clock::{Clock, Monotonic},
    metrics::{Metrics, Verification},
    store::{AuditEvent, NewSession, SessionRecord, Store, StoreError, TokenHash, Which},
};

/// The session's rules, and what they work with.
pub struct SessionService {
    /// Where users and sessions are kept.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Checks and hashes passwords.
    pub passwords: Passwords,
    /// Sessions that were asked for lately.
    pub cache: Arc<SessionCache>,
    /// Reads those that are not in the cache.
    pub reader: Arc<SessionReader>,
    /// How long sessions live.
    pub lifetimes: Lifetimes,
    /// How many log-ins an address may try.
    pub address_limit: AddressLimit,
    /// How many refused attempts of an address are written to the audit trail.
    pub refusals: AddressLimit,
    /// Attempts that are under way.
    pub turns: Turns,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How many active sessions a user may have; the least recently used end for the newest.
    pub sessions_per_user: u32,
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
    pub(super) token: TokenHash,
    pub(super) record: Arc<KnownSession>,
    pub(super) checked_at: Timestamp,
    idle_deadline: Option<Timestamp>,
    idle_timeout_s: Option<u64>,
    refreshable: bool,
}

/// Who asks, as far as the connection tells.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The address.
    pub ip: Option<IpAddr>,
    /// The browser, as it names itself.
    pub user_agent: Option<String>,
}

impl SessionService {
    /// Whether a token's session is active. No token means that nobody is signed in, and costs no query.
    pub async fn verify(&self, token: Option<&Token>) -> Verdict {
        match token {
            Some(token) => self.verify_hash(token.hash()).await,
            None => Verdict::Ended(EndReason::SessionMissing),
        }
    }

    pub(super) async fn verify_hash(&self, token: TokenHash) -> Verdict {
        match self.verify_from_memory(token) {
            Some(verdict) => verdict,
            None => self.verify_from_store(token).await,
        }
    }

    /// Whether the session with this hash of a token is active, as far as memory knows it: without waiting.
    #[must_use]
    pub fn verify_from_memory(&self, token: TokenHash) -> Option<Verdict> {
        let now = self.clock.now();
        // A deadline in memory that has passed ends nothing: it may have been moved.
        let known = self.cache.get(&token, Monotonic::now());
        let known = known.filter(|known| self.lifetimes.ended(known, now).is_none())?;
        self.metrics.verified(Verification::Active);
        Some(Verdict::Active(self.active(token, known, now)))
    }

    /// Whether the session with this hash of a token is active, by the store.
    pub async fn verify_from_store(&self, token: TokenHash) -> Verdict {
        let (verdict, found) = self.judge(token, self.look_up(token).await);
        self.metrics.verified(found);
        verdict
    }

    /// The session of a token, from the store. If its deadline has passed, its end has been written.
    pub(super) async fn look_up(&self, token: TokenHash) -> Found {
        self.cache.read(token, || self.reader.clone().read(token)).await
    }

    fn judge(&self, token: TokenHash, found: Found) -> (Verdict, Verification) {
        match found {
            Ok(Some(record)) => match record.ended {
                None => (Verdict::Active(self.active(token, record, self.clock.now())), Verification::Active),
                Some(reason) => (Verdict::Ended(reason), Verification::Ended),
            },
            Ok(None) => (Verdict::Ended(EndReason::SessionMissing), Verification::Ended),
            Err(error) => (Verdict::CannotTell(error), Verification::CannotTell),
        }
    }

    /// Notes that a user did something in a session so long ago, unless that was noted already. It is written in the background.
    #[must_use]
    pub fn note_activity(&self, session: ActiveSession, age: Duration) -> ActiveSession {
        let now = session.checked_at;
        let active_at = policy::before(now, age);
        if !self.lifetimes.worth_noting(&session.record, active_at) {
            return session;
        }
        self.reader.activity.note(session.token, active_at);
        let record = SessionRecord { last_seen_at: active_at, ..(**session.record).clone() };
        let known = Arc::new(KnownSession::from(record));
        self.cache.update(&session.token, &session.record, &known);
        self.active(session.token, known, now)
    }

    /// Ends a token's session, if there is one.
    ///
    /// # Errors
    /// The store did not answer; the session may still be active.
    pub async fn log_out(self: &Arc<Self>, token: &Token, client: &Client) -> Result<(), StoreError> {
        let (service, hash, client) = (self.clone(), token.hash(), client.clone());
        to_the_end(async move {
            let Some(record) = service.look_up(hash).await? else { return Ok(()) };
            let audit = service.event_of("log-out", &record.user.email, &record.id, &client);
            service.end(Which::Token(&hash), EndReason::SignedOut, &audit).await.map(drop)
        })
        .await
    }

    /// Asks the store for a sign of life.
    ///
    /// # Errors
    /// There was none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    /// Writes down what users did lately, before the server stops.
    pub async fn write_activity(&self) {
        if let Err(error) = self.reader.activity.flush(&*self.store).await {
            tracing::warn!(%error, "cannot write down that sessions were in use");
        }
    }

    /// Ends active sessions, here and in the store.
    pub(super) async fn end(
        &self,
        which: Which<'_>,
        reason: EndReason,
        audit: &AuditEvent,
    ) -> Result<Vec<TokenHash>, StoreError> {
        let ended = self.store.end_sessions(which, reason, self.lifetimes.limits(audit.at), audit).await?;
        self.forget(&ended);
        Ok(ended)
    }

    pub(super) fn forget(&self, tokens: &[TokenHash]) {
        tokens.iter().for_each(|token| self.cache.forget(token));
    }

    /// A new session of a user, from now on, and the token that opens it.
    pub(super) fn new_session(&self, user: &User, remembered: bool, client: &Client) -> (Token, NewSession) {
        let (token, now) = (Token::random(), self.clock.now());
        let session = NewSession {
            id: SessionId(uuid::Uuid::new_v4().to_string()),
            token_hash: token.hash(),
            user_id: user.id.clone(),
            created_at: now,
            expires_at: self.lifetimes.deadline(now, remembered),
            ip: client.ip.map(|ip| ip.to_string()),
            user_agent: client.user_agent.clone(),
            remembered,
            replaces: None,
            idle: self.lifetimes.idle,
        };
        (token, session)
    }

    /// A session that has just been kept.
    pub(super) fn begun(&self, session: NewSession, user: User) -> ActiveSession {
        let NewSession { id, token_hash, created_at, expires_at, ip, user_agent, remembered, .. } = session;
        let (last_seen_at, ended) = (created_at, None);
        let record =
            SessionRecord { id, user, created_at, expires_at, last_seen_at, ip, user_agent, remembered, ended };
        let session = self.active(token_hash, Arc::new(record.into()), created_at);
        // It cannot be prolonged at this very instant, but at the one at which the answer arrives.
        let refreshable = self.is_refreshable(&session.record, policy::after(created_at, Duration::from_millis(1)));
        ActiveSession { refreshable, ..session }
    }

    /// Whether refreshing at an instant would move the deadline.
    fn is_refreshable(&self, session: &SessionRecord, now: Timestamp) -> bool {
        self.lifetimes.refreshed_deadline(session, now).is_some_and(|next| next > session.expires_at)
    }

    pub(super) fn active(&self, token: TokenHash, record: Arc<KnownSession>, now: Timestamp) -> ActiveSession {
        let idle_deadline = self.lifetimes.idle_deadline(&record);
        let refreshable = self.is_refreshable(&record, now);
        let idle_timeout_s = self.lifetimes.idle.map(policy::whole_seconds);
        ActiveSession { token, record, checked_at: now, idle_deadline, idle_timeout_s, refreshable }
    }

    /// What a user does from within a session, for the audit trail.
    pub(super) fn event(&self, action: &'static str, here: &ActiveSession, client: &Client) -> AuditEvent {
        self.event_of(action, &here.user().email, here.id(), client)
    }

    /// What a user does to a session, for the audit trail.
    pub(super) fn event_of(
        &self,
        action: &'static str,
        actor: &str,
        session: &SessionId,
        client: &Client,
    ) -> AuditEvent {
        AuditEvent {
            at: self.clock.now(),
            action,
            outcome: "ok",
            actor: actor.into(),
            subject: None,
            session: Some(session.clone()),
            ip: client.ip.map(|ip| ip.to_string()),
        }
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

    /// Whether the browser keeps the cookie when it is closed.
    #[must_use]
    pub fn is_remembered(&self) -> bool {
        self.record.remembered
    }

    /// When it ends if nothing more is done in it.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        self.idle_deadline.map_or(self.record.expires_at, |idle| idle.min(self.record.expires_at))
    }

    /// The handle of whose session it is.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.record.user_id()
    }

    /// The answer to a check, as JSON.
    #[must_use]
    pub fn verified_json(&self) -> String {
        self.record.verified_json(self.left())
    }

    /// The answer to a log-in.
    #[must_use]
    pub fn signed_in(&self) -> SignedIn {
        SignedIn { user: self.user().clone(), session: self.record.session(self.left()) }
    }

    fn left(&self) -> Left {
        let seconds_until = |instant| policy::seconds_until(instant, self.checked_at);
        Left {
            expires_in_s: seconds_until(self.record.expires_at),
            idle_expires_in_s: self.idle_deadline.map(seconds_until),
            idle_timeout_s: self.idle_timeout_s,
            refreshable: self.refreshable,
        }
    }
}
