//! The configuration: every field is a flag, an environment variable and a line of `latchkey serve --help`.

mod network;
mod values;

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use latchkey_actix::{Builder, CookieName, Networks, PublicUrl, SessionRefresh};
use values::{lifetime, staleness};

pub use network::Listen;
pub use values::{OptionalDuration, duration};

/// Where users and sessions are kept.
#[derive(Clone, Debug, Args)]
pub struct StoreConfig {
    /// Where users and sessions are kept. `serve` and `migrate` create a file that does not exist.
    #[arg(
        long,
        env = "LATCHKEY_DATABASE_URL",
        default_value = "sqlite://latchkey.db",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: String,
}

/// How the server runs.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Address and port to listen on. Loopback by default: a reverse proxy that speaks TLS belongs in front.
    #[arg(long, env = "LATCHKEY_LISTEN", default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    pub listen: Listen,

    /// Address and port at which Prometheus finds /metrics, on a listener of its own. [default: none]
    #[arg(long, env = "LATCHKEY_METRICS_LISTEN", value_name = "HOST:PORT")]
    pub metrics_listen: Option<Listen>,

    /// How browsers reach the server. https makes the cookie `__Host-session; Secure` and turns HSTS on. [default: http and the address listened on]
    #[arg(long, env = "LATCHKEY_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,

    /// Name of the session cookie, for hosts on which another program uses the default. Behind an https public URL `__Host-`
    /// is put before it.
    #[arg(long, env = "LATCHKEY_COOKIE_NAME", default_value = "session", value_name = "NAME")]
    pub cookie_name: CookieName,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take a comment here for the description of the whole group")]
    pub store: StoreConfig,

    /// Folder of the built single-page app. Without it the API is served alone. [default: dist, if it is there]
    #[arg(long, env = "LATCHKEY_DIST", value_name = "FOLDER")]
    pub dist: Option<PathBuf>,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take a comment here for the description of the whole group")]
    pub sessions: SessionConfig,

    /// Log-ins that one client address may try in a minute, a quarter of them at once (an IPv6 /64 counts as one address); 0 for any number.
    #[arg(long, env = "LATCHKEY_LOGIN_RATE", default_value_t = 120, value_name = "N")]
    pub login_rate: u32,

    /// Networks or addresses of the reverse proxies whose `X-Forwarded-For` is believed, such as 10.0.0.0/8,::1. [default: none]
    #[arg(long, env = "LATCHKEY_TRUSTED_PROXIES", value_name = "NETWORKS")]
    pub trusted_proxies: Vec<Networks>,

    /// Passwords that are hashed at the same time. [default: half of the processors, at least one]
    #[arg(long, env = "LATCHKEY_HASH_THREADS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub hash_threads: Option<u16>,

    /// Passwords that may wait for a hashing thread; log-ins beyond it are answered with 503 at once.
    #[arg(long, env = "LATCHKEY_HASH_QUEUE", default_value_t = 64, value_name = "N")]
    pub hash_queue: u16,

    /// Sessions that are remembered in memory, so that checking them needs no query.
    #[arg(long, env = "LATCHKEY_SESSION_CACHE", default_value_t = 20_000, value_name = "N")]
    pub session_cache: u32,

    /// How old an answer from memory may be: how long a session that another process ended can still pass while this one
    /// cannot follow the store's changes. Typically it is 50ms. `0s` has every check ask the store.
    #[arg(long, env = "LATCHKEY_CACHE_STALENESS", default_value = "1s", value_name = "DURATION", value_parser = staleness)]
    pub cache_staleness: Duration,

    /// How long the audit trail is kept.
    #[arg(long, env = "LATCHKEY_AUDIT_RETENTION", default_value = "90d", value_name = "DURATION", value_parser = duration)]
    pub audit_retention: Duration,

    /// How often the store is looked through for what need not be kept any longer, give or take a quarter.
    #[arg(long, env = "LATCHKEY_SWEEP_EVERY", default_value = "5m", value_name = "DURATION", value_parser = duration)]
    pub sweep_every: Duration,

    /// Event streams that may be open in all; fewer if the limit of open files is lower than twice that.
    #[arg(long, env = "LATCHKEY_EVENT_STREAMS", default_value_t = 10_000, value_name = "N")]
    pub event_streams: u32,

    /// Threads that serve requests. [default: the number of processors]
    #[arg(long, env = "LATCHKEY_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,

    /// How long a connection is kept open for the next request; `off` to close it after each. Longer than a load balancer
    /// keeps it (60s is usual), or requests meet a connection that has just been closed.
    #[arg(long, env = "LATCHKEY_KEEP_ALIVE", default_value = "75s", value_name = "DURATION")]
    pub keep_alive: OptionalDuration,

    /// How long /readyz says no before the server stops taking requests, so that a load balancer can look away.
    #[arg(long, env = "LATCHKEY_SHUTDOWN_DELAY", default_value = "0s", value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub shutdown_delay: Duration,

    /// How long requests that are being answered may take to finish when the server stops.
    #[arg(long, env = "LATCHKEY_SHUTDOWN_TIMEOUT", default_value = "10s", value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub shutdown_timeout: Duration,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take a comment here for the description of the whole group")]
    pub log: LogConfig,
}

impl Config {
    /// Gives a builder all settings of the library.
    pub fn apply(&self, builder: Builder) -> Builder {
        let Self { sessions, .. } = self;
        let public_url = self.public_url.clone().unwrap_or_else(|| PublicUrl::http(&self.listen));
        let builder = builder
            .public_url(public_url)
            .cookie_name(self.cookie_name.clone())
            .session_lifetime(sessions.session_lifetime)
            .session_lifetime_unremembered(sessions.session_lifetime_unremembered)
            .idle_timeout(sessions.idle_timeout.0)
            .session_refresh(sessions.session_refresh.into())
            .session_max_lifetime(sessions.session_max_lifetime)
            .reauth_window(sessions.reauth_window)
            .sessions_per_user(sessions.sessions_per_user)
            .session_retention(sessions.session_retention)
            .audit_retention(self.audit_retention)
            .sweep_every(self.sweep_every)
            .login_rate(self.login_rate)
            .trusted_proxies(Networks::concat(self.trusted_proxies.iter().cloned()))
            .hash_queue(self.hash_queue.into())
            .session_cache(self.session_cache as usize)
            .cache_staleness(self.cache_staleness)
            .event_streams(self.event_streams as usize);
        match self.hash_threads {
            Some(threads) => builder.hash_threads(threads.into()),
            None => builder,
        }
    }
}

/// How long sessions live, and how many there may be.
#[derive(Clone, Debug, Args)]
pub struct SessionConfig {
    /// From log-in to the session's deadline, such as 7d, 12h or 90s.
    #[arg(long, env = "LATCHKEY_SESSION_LIFETIME", default_value = "7d", value_name = "DURATION", value_parser = lifetime)]
    pub session_lifetime: Duration,

    /// The same for a session that is not to be remembered, on a computer that is not the user's own. Nothing prolongs
    /// such a session beyond it.
    #[arg(long, env = "LATCHKEY_SESSION_LIFETIME_UNREMEMBERED", default_value = "12h", value_name = "DURATION", value_parser = lifetime)]
    pub session_lifetime_unremembered: Duration,

    /// How long nothing may be done in a session before it ends; `off` for no limit. Checks do not count as doing.
    #[arg(long, env = "LATCHKEY_IDLE_TIMEOUT", default_value = "off", value_name = "DURATION")]
    pub idle_timeout: OptionalDuration,

    /// Whether `POST /api/refresh-session` moves the deadline.
    #[arg(long, env = "LATCHKEY_SESSION_REFRESH", default_value = "never", value_name = "MODE")]
    pub session_refresh: Refresh,

    /// From log-in to the last deadline that refreshing can reach. Only with `sliding`.
    #[arg(long, env = "LATCHKEY_SESSION_MAX_LIFETIME", default_value = "30d", value_name = "DURATION", value_parser = lifetime)]
    pub session_max_lifetime: Duration,

    /// How long after a log-in other sessions may be ended without giving the password again.
    #[arg(long, env = "LATCHKEY_REAUTH_WINDOW", default_value = "15m", value_name = "DURATION", value_parser = duration)]
    pub reauth_window: Duration,

    /// Active sessions that one user may have; the least recently used ends for the newest.
    #[arg(long, env = "LATCHKEY_SESSIONS_PER_USER", default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub sessions_per_user: u32,

    /// How long ended sessions are kept, so that their reason can still be told.
    #[arg(long, env = "LATCHKEY_SESSION_RETENTION", default_value = "30d", value_name = "DURATION", value_parser = duration)]
    pub session_retention: Duration,
}

/// Whether deadlines can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Refresh {
    /// A session's deadline is fixed when it begins.
    Never,
    /// A session can be refreshed, up to its maximum lifetime.
    Sliding,
}

impl From<Refresh> for SessionRefresh {
    fn from(refresh: Refresh) -> Self {
        match refresh {
            Refresh::Never => Self::Never,
            Refresh::Sliding => Self::Sliding,
        }
    }
}

/// What is logged, and how it looks.
#[derive(Clone, Debug, Args)]
pub struct LogConfig {
    /// What to log, such as `info` or `warn,latchkey_actix=debug`. Checks that succeed are logged at `debug`. What
    /// `actix_http` calls errors are requests that are no HTTP: anybody can send them.
    #[arg(long, env = "LATCHKEY_LOG", default_value = "info,actix_http=off", value_name = "FILTER")]
    pub log: String,

    /// How log lines look; they go to standard error.
    #[arg(long, env = "LATCHKEY_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}
