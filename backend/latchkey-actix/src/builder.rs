//! What an app sets before a server starts, and what it may not set.

mod build_error;

use std::{sync::Arc, time::Duration};

use crate::{
    clock::{Clock, StoreClock},
    domain::lifetimes::Lifetimes,
    http::spa::Spa,
    latchkey::Latchkey,
    service::Dependencies,
    settings::{
        CookieName, DEVICE_COOKIE, Guarded, InvalidSetting, Networks, PublicUrl, SessionRefresh, Settings, processors,
    },
    store::Store,
};

use build_error::check;

pub use build_error::BuildError;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Sets up a [`Latchkey`]. Every setting but [`public_url`](Self::public_url) has a default; a value that cannot be used is
/// reported by [`start`](Self::start).
#[must_use = "nothing is started before `start` is called"]
pub struct Builder {
    dependencies: Dependencies,
    public_url: Option<PublicUrl>,
    settings: Settings,
    session_refresh: SessionRefresh,
    session_max_lifetime: Duration,
    spa: Option<Spa>,
    /// The first setting that could not be read.
    error: Option<BuildError>,
}

impl Latchkey {
    /// Sets up session handling over a store.
    pub fn builder(store: impl Store) -> Builder {
        Builder::new(Arc::new(store))
    }

    /// Sets up session handling over a store that the app shares.
    pub fn builder_with_shared_store(store: Arc<dyn Store>) -> Builder {
        Builder::new(store)
    }
}

impl Builder {
    fn new(store: Arc<dyn Store>) -> Self {
        let lifetimes =
            Lifetimes { session: 7 * DAY, unremembered: 12 * HOUR, idle: None, sliding: None, reauth: 15 * MINUTE };
        let settings = Settings {
            public_url: PublicUrl::http("localhost"),
            cookie_name: CookieName::default(),
            device_cookie_name: DEVICE_COOKIE.into(),
            lifetimes,
            sessions_per_user: 50,
            session_retention: 30 * DAY,
            audit_retention: 90 * DAY,
            sweep_every: 5 * MINUTE,
            login_rate: 120,
            trusted_proxies: Networks::default(),
            guarded: Guarded::default(),
            hash_threads: processors().div_ceil(2),
            hash_queue: 64,
            session_cache: 20_000,
            cache_staleness: SECOND,
            event_streams: 10_000,
        };
        Self {
            dependencies: Dependencies { store, clock: Arc::new(StoreClock::default()) },
            public_url: None,
            settings,
            session_refresh: SessionRefresh::Never,
            session_max_lifetime: 30 * DAY,
            spa: None,
            error: None,
        }
    }

    /// The address that browsers show for the app: scheme, host and port, without a path, such as `https://notes.example.org`. With
    /// https the session cookie is `__Host-session; Secure`, and browsers are told to use nothing but https (HSTS). It must be set.
    pub fn public_url<T>(mut self, url: T) -> Self
    where
        T: TryInto<PublicUrl>,
        T::Error: Into<InvalidSetting>,
    {
        self.public_url = self.read("public_url", url).or(self.public_url);
        self
    }

    /// The name of the session cookie, for hosts on which another program uses the default, `session`. Behind an https public URL
    /// `__Host-` is put before it.
    pub fn cookie_name<T>(mut self, name: T) -> Self
    where
        T: TryInto<CookieName>,
        T::Error: Into<InvalidSetting>,
    {
        if let Some(name) = self.read("cookie_name", name) {
            self.settings.cookie_name = name;
        }
        self
    }

    /// The name of the cookie by which a browser is known that has signed in before, so that strangers who guess at an account cannot
    /// keep its owner out: `latchkey-device` by default. Apps on one host that each have accounts of their own need names of their own.
    pub fn device_cookie_name(mut self, name: impl Into<String>) -> Self {
        self.settings.device_cookie_name = name.into().into();
        self
    }

    /// The single-page app that is served beside the API. Without one, [`routes`](Latchkey::routes) answers the API alone.
    pub fn spa(mut self, spa: impl Into<Option<Spa>>) -> Self {
        self.spa = spa.into();
        self
    }

    /// From log-in to the session's deadline: between a second and 399 days; 7 days by default.
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.lifetimes.session = lifetime;
        self
    }

    /// The same for a session that is not to be remembered, on a computer that is not the user's own: 12 hours by default. Nothing
    /// prolongs such a session beyond it.
    pub fn session_lifetime_unremembered(mut self, lifetime: Duration) -> Self {
        self.settings.lifetimes.unremembered = lifetime;
        self
    }

    /// How long a session lasts without activity; `None`, the default, sets no limit. Checks are not activity, only what a user
    /// does is.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.lifetimes.idle = timeout.into();
        self
    }

    /// Whether a session's deadline can be moved by `POST /api/refresh-session`; [`SessionRefresh::Never`] by default.
    pub fn session_refresh(mut self, refresh: SessionRefresh) -> Self {
        self.session_refresh = refresh;
        self
    }

    /// From log-in to the last deadline that refreshing can reach: 30 days by default. It matters only with
    /// [`SessionRefresh::Sliding`].
    pub fn session_max_lifetime(mut self, lifetime: Duration) -> Self {
        self.session_max_lifetime = lifetime;
        self
    }

    /// How long after a log-in a user may do what asks for a recent proof of the password
    /// ([`RecentlyAuthenticated`](crate::RecentlyAuthenticated)): 15 minutes by default.
    pub fn reauth_window(mut self, window: Duration) -> Self {
        self.settings.lifetimes.reauth = window;
        self
    }

    /// Active sessions that one user may have: 50 by default. The least recently used ends for the newest.
    pub fn sessions_per_user(mut self, sessions: u32) -> Self {
        self.settings.sessions_per_user = sessions;
        self
    }

    /// How long ended sessions are kept, so that their reason can still be reported: 30 days by default.
    pub fn session_retention(mut self, retention: Duration) -> Self {
        self.settings.session_retention = retention;
        self
    }

    /// How long the audit trail is kept: 90 days by default.
    pub fn audit_retention(mut self, retention: Duration) -> Self {
        self.settings.audit_retention = retention;
        self
    }

    /// Time between two sweeps of the store for what need not be kept any longer: 5 minutes by default, give or take a quarter.
    pub fn sweep_every(mut self, interval: Duration) -> Self {
        self.settings.sweep_every = interval;
        self
    }

    /// Log-ins that one client address (an IPv6 /64 counts as one) may try in a minute, a quarter of them at once: 120 by default;
    /// 0 sets no limit.
    pub fn login_rate(mut self, per_minute: u32) -> Self {
        self.settings.login_rate = per_minute;
        self
    }

    /// The reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Uri` are believed, as networks or addresses such as `"10.0.0.0/8, ::1"`; none by
    /// default. Behind a proxy that is not listed, all clients count as one.
    pub fn trusted_proxies<T>(mut self, networks: T) -> Self
    where
        T: TryInto<Networks>,
        T::Error: Into<InvalidSetting>,
    {
        if let Some(networks) = self.read("trusted_proxies", networks) {
            self.settings.trusted_proxies = networks;
        }
        self
    }

    /// The prefixes of the paths of programs that a reverse proxy guards by asking `GET /api/forward-auth`, such as
    /// `"/reports/, /wiki/"`; none by default. Users who sign in are sent back there.
    pub fn guarded<T>(mut self, prefixes: T) -> Self
    where
        T: TryInto<Guarded>,
        T::Error: Into<InvalidSetting>,
    {
        if let Some(guarded) = self.read("guarded", prefixes) {
            self.settings.guarded = guarded;
        }
        self
    }

    /// Passwords that are hashed at the same time: between 1 and 256; half of the processors by default. Each takes 19 MiB of memory.
    pub fn hash_threads(mut self, threads: usize) -> Self {
        self.settings.hash_threads = threads;
        self
    }

    /// Passwords that may wait for a hashing thread: 64 by default. Log-ins beyond it are answered with 503 at once.
    pub fn hash_queue(mut self, passwords: usize) -> Self {
        self.settings.hash_queue = passwords;
        self
    }

    /// Sessions that are kept in memory, so that checking them needs no query: 20 000 by default.
    pub fn session_cache(mut self, sessions: usize) -> Self {
        self.settings.session_cache = sessions;
        self
    }

    /// How old an answer from memory may be, a minute at most: how long a session that another process ended can still pass while
    /// this one cannot follow the store's changes. A second by default, typically it is 50 ms; zero makes every check ask the store.
    pub fn cache_staleness(mut self, staleness: Duration) -> Self {
        self.settings.cache_staleness = staleness;
        self
    }

    /// Event streams that may be open in all: 10 000 by default, and never more than half of what the limit of open files leaves.
    pub fn event_streams(mut self, streams: usize) -> Self {
        self.settings.event_streams = streams;
        self
    }

    /// Another source of time than the store's clock, or the operating system's for a store that has none: for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.dependencies.clock = Arc::new(clock);
        self
    }

    /// Starts the background tasks, in the tokio runtime that this is called in, and returns the handle that owns them.
    ///
    /// # Errors
    /// [`BuildError`]: a setting is missing or cannot be used, or settings contradict each other.
    #[expect(
        clippy::unused_async,
        reason = "stores may have to be asked at the start one day, and a runtime is needed anyway"
    )]
    pub async fn start(self) -> Result<Latchkey, BuildError> {
        tokio::runtime::Handle::try_current().map_err(|_| BuildError::NoRuntime)?;
        if let Some(error) = self.error {
            return Err(error);
        }
        let mut settings = self.settings;
        settings.public_url = self.public_url.ok_or(BuildError::PublicUrlMissing)?;
        settings.lifetimes.sliding = match self.session_refresh {
            SessionRefresh::Never => None,
            SessionRefresh::Sliding => Some(self.session_max_lifetime),
        };
        check(&settings)?;
        if let Some(reason) = self.spa.as_ref().and_then(|spa| spa.conflict_with(&settings.guarded)) {
            return Err(BuildError::Invalid { setting: "guarded", reason });
        }
        Ok(Latchkey::start(settings, self.dependencies, self.spa))
    }

    fn read<T, S>(&mut self, setting: &'static str, value: T) -> Option<S>
    where
        T: TryInto<S>,
        T::Error: Into<InvalidSetting>,
    {
        match value.try_into() {
            Ok(value) => Some(value),
            Err(reason) => {
                self.error.get_or_insert(BuildError::Invalid { setting, reason: reason.into() });
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
