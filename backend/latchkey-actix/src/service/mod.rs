//! The use cases: one a file, over a store, the cache and a clock. Whatever touches a user's data goes through here. Nothing here
//! knows HTTP or SQL; nothing here reads a clock but through [`Clock`](crate::clock::Clock).

mod verify;

mod log_in;
mod log_out;

mod password_change;
mod profile;
mod refresh;
mod sessions;
pub mod sweep;
mod touch;

mod events;

mod admin;

mod active_session;
mod attempt;

pub mod address_limit;
pub mod attempt_lock;
pub mod hash_capacity;
pub mod hashing;
mod new_session;
pub mod pending_activity;
pub mod read_limiter;
mod run_to_completion;
mod session_reader;

use std::{convert::Infallible, net::IpAddr, sync::Arc, time::Duration};

use latchkey_shared::{EndReason, SessionId};

use crate::{
    cache::{
        follower,
        session_cache::{CacheLimits, SessionCache},
        watchers::{WatcherLimits, Watchers},
    },
    clock::{Clock, Monotonic},
    domain::lifetimes::Lifetimes,
    metrics::Metrics,
    settings::Settings,
    store::{AuditEvent, SessionSelector, Store, TokenHash, measured::MeasuredStore},
};
use address_limit::AddressLimit;
use attempt_lock::AttemptLocks;
use pending_activity::PendingActivity;
use read_limiter::ReadLimiter;
use session_reader::SessionReader;

pub use active_session::ActiveSession;
pub use admin::{Admin, AdminError, NewUser, UserEntry};
pub use events::{SessionEvent, SessionEvents};
pub use hashing::{PasswordHasher, hash_blocking};
pub use log_in::{AuthError, LoginContext, NewLogin};
pub use refresh::RefreshOutcome;
pub use sessions::RevokeOutcome;
pub use verify::Verdict;

/// The store did not answer, so that nothing can be told or done.
pub use crate::store::StoreError;

/// How long a browser is known in which nobody signs in any more, and how long it keeps its device cookie.
pub const DEVICE_RETENTION: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 60 * 60);

/// How many event streams one session may have open. One browser needs one: one of its tabs holds it for all.
const STREAMS_PER_SESSION: usize = 6;

/// How exactly the time left of an idle limit is known when a user is active on another server.
const IDLE_PRECISION: Duration = Duration::from_secs(60);

/// What a service works on, which a test may want to bring itself.
pub struct Dependencies {
    /// Where users and sessions are kept.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// The session's rules, and what they work with.
pub struct SessionService {
    /// Where users and sessions are kept.
    store: Arc<dyn Store>,
    /// What time it is.
    clock: Arc<dyn Clock>,
    /// Checks and hashes passwords.
    password_hasher: PasswordHasher,
    /// Sessions that were asked for lately.
    cache: Arc<SessionCache>,
    /// Reads those that are not in the cache.
    reader: Arc<SessionReader>,
    /// How long sessions live.
    lifetimes: Lifetimes,
    /// How many log-ins an address may try.
    address_limit: AddressLimit,
    /// How many refused attempts of an address are written to the audit trail.
    refusal_log_limit: AddressLimit,
    /// Attempts that are under way.
    attempt_locks: AttemptLocks,
    /// What is counted.
    metrics: Arc<Metrics>,
    /// How many active sessions a user may have; the least recently used end for the newest.
    sessions_per_user: u32,
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
    /// The service that settings ask for.
    #[must_use]
    pub fn new(settings: &Settings, Dependencies { store, clock }: Dependencies) -> Self {
        let metrics = Arc::new(Metrics::default());
        let watchers = WatcherLimits { per_session: STREAMS_PER_SESSION, total: settings.event_streams };
        let lifetimes = settings.lifetimes;
        let limits = CacheLimits {
            sessions: settings.session_cache,
            staleness: settings.cache_staleness,
            max_age: lifetimes.idle.map(|_| IDLE_PRECISION),
        };
        let store: Arc<dyn Store> = Arc::new(MeasuredStore::new(store, metrics.clone()));
        let reader = SessionReader {
            store: store.clone(),
            clock: clock.clone(),
            lifetimes,
            activity: Arc::new(PendingActivity::default()),
            read_limiter: ReadLimiter::default(),
        };
        Self {
            store,
            password_hasher: PasswordHasher::new(settings.hash_threads, settings.hash_queue),
            cache: Arc::new(SessionCache::new(limits, Watchers::new(watchers))),
            reader: Arc::new(reader),
            lifetimes,
            address_limit: AddressLimit::new(settings.login_rate, clock.clone()),
            refusal_log_limit: AddressLimit::new(1, clock.clone()),
            attempt_locks: AttemptLocks::default(),
            sessions_per_user: settings.sessions_per_user,
            metrics,
            clock,
        }
    }

    /// Follows the store's changes for as long as it is polled, so that memory may be trusted.
    pub async fn follow_changes(&self) -> Infallible {
        follower::follow(&self.cache, &*self.store).await
    }

    /// Forgets all sessions in memory, and wakes all event streams.
    pub fn invalidate_all(&self) {
        self.cache.invalidate_all();
    }

    /// Everything that is counted, as OpenMetrics text.
    pub async fn metrics_text(&self) -> String {
        let active = self.store.count_sessions(self.lifetimes.limits(self.clock.now())).await.ok();
        let trusted = self.cache.has_lease(Monotonic::now());
        self.metrics.text(active, self.password_hasher.queue_length(), trusted)
    }

    /// Asks the store for a sign of life.
    ///
    /// # Errors
    /// There was none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    /// Ends active sessions, here and in the store.
    pub(super) async fn end(
        &self,
        selector: SessionSelector<'_>,
        reason: EndReason,
        audit: &AuditEvent,
    ) -> Result<Vec<TokenHash>, StoreError> {
        let ended = self.store.end_sessions(selector, reason, self.lifetimes.limits(audit.at), audit).await?;
        self.invalidate(&ended);
        Ok(ended)
    }

    pub(super) fn invalidate(&self, tokens: &[TokenHash]) {
        tokens.iter().for_each(|token| self.cache.invalidate(token));
    }

    /// What a user does from within a session, for the audit trail.
    pub(super) fn audit_event(&self, action: &'static str, current: &ActiveSession, client: &Client) -> AuditEvent {
        self.audit_event_for(action, &current.user().email, current.id(), client)
    }

    /// What a user does to a session, for the audit trail.
    pub(super) fn audit_event_for(
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
