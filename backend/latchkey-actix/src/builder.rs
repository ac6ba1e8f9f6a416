//! The builder of a [`Latchkey`]: its settings, their defaults and their bounds.

mod build_error;

use std::{sync::Arc, time::Duration};

use crate::{
    clock::{Clock, SystemClock},
    domain::lifetimes::Lifetimes,
    http::spa::Spa,
    latchkey::Latchkey,
    service::Dependencies,
    settings::{CookieName, DEVICE_COOKIE, InvalidSetting, Networks, PublicUrl, SessionRefresh, Settings, processors},
    store::Store,
};

use build_error::check;

pub use build_error::BuildError;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Configures a [`Latchkey`]. Every setting except [`public_url`](Self::public_url) has a default. Invalid values are reported by
/// [`start`](Self::start).
#[must_use = "nothing is started before `start` is called"]
pub struct Builder {
    dependencies: Dependencies,
    public_url: Option<PublicUrl>,
    settings: Settings,
    session_refresh: SessionRefresh,
    session_max_lifetime: Duration,
    spa: Option<Spa>,
    /// The first invalid setting.
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
            hash_threads: processors().div_ceil(2),
            hash_queue: 64,
            session_cache: 20_000,
            cache_staleness: SECOND,
            event_streams: 10_000,
        };
        Self {
            dependencies: Dependencies { store, clock: Arc::new(SystemClock) },
            public_url: None,
            settings,
            session_refresh: SessionRefresh::Never,
            session_max_lifetime: 30 * DAY,
            spa: None,
            error: None,
        }
    }

    /// The URL that browsers show for the app: scheme, host and port, without a path, such as `https://notes.example.org`. With
    /// https the session cookie is `__Host-session; Secure`, and browsers are told to use only https (HSTS). It must be set.
    pub fn public_url<T>(mut self, url: T) -> Self
    where
        T: TryInto<PublicUrl>,
        T::Error: Into<InvalidSetting>,
    {
        self.public_url = self.read("public_url", url).or(self.public_url);
        self
    }

    /// The name of the session cookie, for hosts on which another program uses the default, `session`. With an https public URL
    /// the cookie gets the prefix `__Host-`.
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

    /// The name of the device cookie, `latchkey-device` by default. It marks browsers that have logged in before, so that attackers who
    /// guess an account's password cannot lock its user out. Apps with separate accounts on one host need different names.
    pub fn device_cookie_name(mut self, name: impl Into<String>) -> Self {
        self.settings.device_cookie_name = name.into().into();
        self
    }

    /// The single-page app to serve. Without one, [`routes`](Latchkey::routes) serves only the API.
    pub fn spa(mut self, spa: impl Into<Option<Spa>>) -> Self {
        self.spa = spa.into();
        self
    }

    /// Time from log-in to the session's deadline: 1 second to 399 days; 7 days by default.
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.lifetimes.session = lifetime;
        self
    }

    /// Longest lifetime of a session that is not remembered, on a computer that is not the user's own: 12 hours by default. Refreshing
    /// cannot exceed it.
    pub fn session_lifetime_unremembered(mut self, lifetime: Duration) -> Self {
        self.settings.lifetimes.unremembered = lifetime;
        self
    }

    /// Longest time without activity before a session ends; `None`, the default, means no limit. Checking a session is not activity.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.lifetimes.idle = timeout.into();
        self
    }

    /// Whether `POST /api/refresh-session` moves a session's deadline; [`SessionRefresh::Never`] by default.
    pub fn session_refresh(mut self, refresh: SessionRefresh) -> Self {
        self.session_refresh = refresh;
        self
    }

    /// Longest time from log-in to a refreshed deadline: 30 days by default. Only used with [`SessionRefresh::Sliding`].
    pub fn session_max_lifetime(mut self, lifetime: Duration) -> Self {
        self.session_max_lifetime = lifetime;
        self
    }

    /// Time after a log-in in which the user counts as [`RecentlyAuthenticated`](crate::RecentlyAuthenticated): 15 minutes by default.
    pub fn reauth_window(mut self, window: Duration) -> Self {
        self.settings.lifetimes.reauth = window;
        self
    }

    /// Most active sessions of one user: 50 by default. The least recently used is ended when another begins.
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

    /// Time between two sweeps, which delete rows past their retention: 5 minutes by default, varied by up to a quarter.
    pub fn sweep_every(mut self, interval: Duration) -> Self {
        self.settings.sweep_every = interval;
        self
    }

    /// Log-ins per minute and client address (an IPv6 /64 counts as one), a quarter of them in a burst: 120 by default; 0 means no
    /// limit.
    pub fn login_rate(mut self, per_minute: u32) -> Self {
        self.settings.login_rate = per_minute;
        self
    }

    /// The reverse proxies whose `X-Forwarded-For` is trusted, as networks or addresses such as `"10.0.0.0/8, ::1"`; none by
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

    /// Most passwords that are hashed at the same time: 1 to 256; half of the processors by default. Each takes 19 MiB of memory.
    pub fn hash_threads(mut self, threads: usize) -> Self {
        self.settings.hash_threads = threads;
        self
    }

    /// Most passwords that wait for a hashing thread: 64 by default. Beyond it, log-ins are answered with 503 at once.
    pub fn hash_queue(mut self, passwords: usize) -> Self {
        self.settings.hash_queue = passwords;
        self
    }

    /// Most sessions in the cache: 20 000 by default. Checking a cached session needs no query.
    pub fn session_cache(mut self, sessions: usize) -> Self {
        self.settings.session_cache = sessions;
        self
    }

    /// How out of date a cached answer may be: a second by default, a minute at most. A session that another process ended may pass for
    /// this long if this process cannot follow the store's changes; normally it is 50 ms. Zero turns the cache off.
    pub fn cache_staleness(mut self, staleness: Duration) -> Self {
        self.settings.cache_staleness = staleness;
        self
    }

    /// Most event streams that are open at the same time: 10 000 by default, and at most half of the connections that the limit of open
    /// files allows.
    pub fn event_streams(mut self, streams: usize) -> Self {
        self.settings.event_streams = streams;
        self
    }

    /// Replaces the operating system's clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.dependencies.clock = Arc::new(clock);
        self
    }

    /// Starts the background tasks in the current tokio runtime, and returns the handle that owns them.
    ///
    /// # Errors
    /// [`BuildError`]: a setting is missing or invalid, settings contradict each other, or there is no runtime.
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
