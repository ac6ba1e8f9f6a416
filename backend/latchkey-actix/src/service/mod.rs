//! The use cases, one per file, over a store, the cache and a clock. Every access to a user's data goes through this module. It knows
//! neither HTTP nor SQL, and reads the time only through [`Clock`](crate::clock::Clock).

mod verify;

mod log_in;
mod log_out;

mod password_change;
mod password_link;
mod profile;
mod refresh;
mod sessions;
pub mod sweep;
mod touch;

mod events;

mod accounts;
mod admin;
mod new_user;

mod active_session;
mod argon2_hasher;
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
mod stored_hash;

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
    metrics::{Metrics, Reading},
    settings::Settings,
    store::{AuditEvent, SessionSelector, Store, TokenHash, measured::MeasuredStore},
};
use address_limit::AddressLimit;
use attempt_lock::AttemptLocks;
use pending_activity::PendingActivity;
use read_limiter::ReadLimiter;
use session_reader::SessionReader;

pub use accounts::ImportError;
pub use active_session::ActiveSession;
pub use admin::{Admin, AdminError};
pub use events::{SessionEvent, SessionEvents};
pub use hashing::{PasswordHasher, hash_blocking};
pub use log_in::{AuthError, LoginContext, NewLogin};
pub use new_user::{NewUser, UserEntry};
pub use password_link::PasswordLink;
pub use refresh::RefreshOutcome;
pub use sessions::RevokeOutcome;
pub use stored_hash::check_password_hash;
pub use verify::Verdict;

pub use crate::store::StoreError;

/// How long a device is remembered after its last log-in; also the lifetime of its device cookie.
pub const DEVICE_RETENTION: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Most event streams of one session. A browser needs one: its leading tab holds it for all tabs.
const STREAMS_PER_SESSION: usize = 6;

/// Under an idle limit, the longest that a session stays in the cache. It bounds the error of the remaining idle time when the user is
/// active on another server, because activity is not part of the change feed.
const IDLE_PRECISION: Duration = Duration::from_secs(60);

/// What a service depends on; tests replace it.
pub struct Dependencies {
    /// Keeps users and sessions.
    pub store: Arc<dyn Store>,
    /// The source of the current time.
    pub clock: Arc<dyn Clock>,
}

/// All use cases of sessions and accounts. Shared by all workers of a server.
pub struct SessionService {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    password_hasher: PasswordHasher,
    cache: Arc<SessionCache>,
    /// Reads sessions that are not in the cache.
    reader: Arc<SessionReader>,
    lifetimes: Lifetimes,
    /// Log-ins per client address.
    address_limit: AddressLimit,
    /// Audit rows about rejected attempts per client address.
    rejection_audit_limit: AddressLimit,
    /// Serialises attempts with the same origin.
    attempt_locks: AttemptLocks,
    metrics: Arc<Metrics>,
    /// Most active sessions of a user; the least recently used is ended when another begins.
    sessions_per_user: u32,
}

/// The client of a request, as far as its connection and headers identify it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Client {
    /// The client's address, taken from `X-Forwarded-For` behind a trusted proxy.
    pub ip: Option<IpAddr>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
}

impl SessionService {
    /// Creates a service with the given settings.
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
        let observed = metrics.clone();
        store.observe_waits(Arc::new(move |pool, waited| observed.observe_pool_wait(pool, waited)));
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
            rejection_audit_limit: AddressLimit::new(1, clock.clone()),
            attempt_locks: AttemptLocks::default(),
            sessions_per_user: settings.sessions_per_user,
            metrics,
            clock,
        }
    }

    /// Applies the store's changes to the cache for as long as the future is polled. Without it, the cache answers nothing.
    pub async fn follow_changes(&self) -> Infallible {
        follower::follow(&self.cache, &*self.store, &*self.clock).await
    }

    /// Empties the cache and wakes all event streams.
    pub fn invalidate_all(&self) {
        self.cache.invalidate_all();
    }

    /// Appends the metrics of everything below HTTP to a text in the OpenMetrics format.
    pub async fn write_metrics(&self, text: &mut String) {
        let active_sessions = self.store.count_sessions(self.lifetimes.limits(self.clock.now())).await.ok();
        let (now, watchers) = (Monotonic::now(), self.cache.watchers());
        let reading = Reading {
            active_sessions,
            hash_queue: self.password_hasher.queue_length(),
            cache_trusted: self.cache.has_lease(now),
            cache_sessions: self.cache.len(),
            cache_capacity: self.cache.capacity(),
            cache_age: self.cache.age(now),
            event_streams: watchers.len(),
            event_streams_limit: watchers.limit(),
        };
        self.metrics.write(text, &reading);
    }

    /// Checks that the store answers.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    /// Ends active sessions in the store, removes them from the cache, and returns their token hashes.
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

    pub(super) fn invalidate(&self, token_hashes: &[TokenHash]) {
        token_hashes.iter().for_each(|token_hash| self.cache.invalidate(token_hash));
    }

    /// The audit event of an action that a user takes in the current session.
    pub(super) fn audit_event(&self, action: &'static str, current: &ActiveSession, client: &Client) -> AuditEvent {
        self.audit_event_for(action, &current.user().email, current.id(), client)
    }

    /// The audit event of an action that `actor` takes on a session.
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
