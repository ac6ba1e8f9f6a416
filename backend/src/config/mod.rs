//! The configuration: every field is a flag, an environment variable and a line of `latchkey serve --help`.

mod values;

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use latchkey_actix::{Builder, CookieName, Guarded, Networks, PublicUrl, SessionRefresh, server::ListenAddress};
use values::{lifetime, socket_mode, staleness};

pub use values::{DatabaseUrl, OptionalAddress, OptionalDuration, duration, link_lifetime};

/// Where servers listen, and health checks find them, unless they are told otherwise.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// Where users and sessions are kept.
#[derive(Clone, Debug, Args)]
pub struct StoreConfig {
    /// Where users and sessions are kept: `sqlite://FILE`, or `postgres://USER@HOST/DATABASE` in builds with PostgreSQL. `serve` and
    /// `migrate` create a file that does not exist; a PostgreSQL database must exist.
    #[arg(
        long,
        env = "LATCHKEY_DATABASE_URL",
        default_value = "sqlite://latchkey.db",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: DatabaseUrl,

    /// How the connection to a PostgreSQL server on another machine must be protected.
    #[cfg(feature = "postgres")]
    #[arg(long, env = "LATCHKEY_DATABASE_TLS", default_value = "verify-full", value_name = "POLICY")]
    pub database_tls: DatabaseTls,
}

/// How the connection to a PostgreSQL server on another machine must be protected.
#[cfg(feature = "postgres")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DatabaseTls {
    /// The URL must have `sslmode=verify-full`.
    VerifyFull,
    /// Any `sslmode` is allowed, for trusted networks.
    AsUrlSays,
}

#[cfg(feature = "postgres")]
impl From<DatabaseTls> for latchkey_actix::store::postgres::url::TlsPolicy {
    fn from(policy: DatabaseTls) -> Self {
        match policy {
            DatabaseTls::VerifyFull => Self::VerifyFull,
            DatabaseTls::AsUrlSays => Self::AsUrlSays,
        }
    }
}

/// The configuration of `latchkey serve`.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Where to listen: addresses with ports, or Unix sockets such as unix:/run/latchkey/latchkey.sock. May be given several times, or
    /// as a list with commas. Loopback by default: a reverse proxy that speaks TLS belongs in front. Whoever can connect to a Unix socket
    /// is taken for the reverse proxy: its `X-Forwarded-For` is trusted.
    #[arg(
        long,
        env = "LATCHKEY_LISTEN",
        default_value = DEFAULT_LISTEN,
        value_name = "HOST:PORT|unix:PATH",
        value_delimiter = ','
    )]
    pub listen: Vec<ListenAddress>,

    /// Who may connect to the Unix sockets, as the octal mode of their files.
    #[arg(long, env = "LATCHKEY_SOCKET_MODE", default_value = "0660", value_name = "MODE", value_parser = socket_mode)]
    pub socket_mode: u32,

    /// Where a separate listener serves /metrics to Prometheus; `off` means nowhere.
    #[arg(long, env = "LATCHKEY_METRICS_LISTEN", default_value = "off", value_name = "HOST:PORT|unix:PATH")]
    pub metrics_listen: OptionalAddress,

    /// URL under which browsers reach the server. https makes the cookie `__Host-session; Secure` and turns on HSTS. [default: http and the first address of LISTEN]
    #[arg(long, env = "LATCHKEY_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,

    /// Name of the session cookie, for hosts on which another program uses the default. With an https public URL it gets the
    /// prefix `__Host-`.
    #[arg(long, env = "LATCHKEY_COOKIE_NAME", default_value = "session", value_name = "NAME")]
    pub cookie_name: CookieName,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take a comment here for the description of the whole group")]
    pub store: StoreConfig,

    /// Folder of the built single-page app. Without an app, only the API is served. [default: the app within the binary if it was
    /// built with one, or dist, if it exists]
    #[arg(long, env = "LATCHKEY_DIST", value_name = "FOLDER")]
    pub dist: Option<PathBuf>,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take a comment here for the description of the whole group")]
    pub sessions: SessionConfig,

    /// Log-ins per minute and client address, a quarter of them in a burst; an IPv6 /64 counts as one address. 0 means no limit.
    #[arg(long, env = "LATCHKEY_LOGIN_RATE", default_value_t = 120, value_name = "N")]
    pub login_rate: u32,

    /// Networks or addresses of the reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Uri` are trusted, such as 10.0.0.0/8,::1, separated by
    /// commas or blanks. [default: none]
    #[arg(long, env = "LATCHKEY_TRUSTED_PROXIES", value_name = "NETWORKS")]
    pub trusted_proxies: Vec<Networks>,

    /// Prefixes of the paths of other programs that a reverse proxy guards by asking /api/forward-auth, such as /reports/,/wiki/,
    /// separated by commas or blanks. Users who sign in are sent back there. [default: none]
    #[arg(long, env = "LATCHKEY_GUARDED", value_name = "PREFIXES")]
    pub guarded: Vec<Guarded>,

    /// Most passwords that are hashed at the same time, from 1 to 256. [default: half of the processors, at least one]
    #[arg(long, env = "LATCHKEY_HASH_THREADS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub hash_threads: Option<u16>,

    /// Most passwords that wait for a hashing thread; beyond it, log-ins are answered with 503 at once.
    #[arg(long, env = "LATCHKEY_HASH_QUEUE", default_value_t = 64, value_name = "N")]
    pub hash_queue: u16,

    /// Most sessions in the cache. Checking a cached session needs no query.
    #[arg(long, env = "LATCHKEY_SESSION_CACHE", default_value_t = 20_000, value_name = "N")]
    pub session_cache: u32,

    /// How out of date a cached answer may be. A session that another process ended may pass for this long if this process cannot
    /// follow the store's changes; normally it is 50ms. At most 60s; `0s` turns the cache off.
    #[arg(long, env = "LATCHKEY_CACHE_STALENESS", default_value = "1s", value_name = "DURATION", value_parser = staleness)]
    pub cache_staleness: Duration,

    /// How long the audit trail is kept; at least 1s.
    #[arg(long, env = "LATCHKEY_AUDIT_RETENTION", default_value = "90d", value_name = "DURATION", value_parser = duration)]
    pub audit_retention: Duration,

    /// Time between two sweeps, which delete rows past their retention; varied by up to a quarter. At least 1s.
    #[arg(long, env = "LATCHKEY_SWEEP_EVERY", default_value = "5m", value_name = "DURATION", value_parser = duration)]
    pub sweep_every: Duration,

    /// Most event streams that are open at the same time; fewer if the limit of open files is lower than twice that.
    #[arg(long, env = "LATCHKEY_EVENT_STREAMS", default_value_t = 10_000, value_name = "N")]
    pub event_streams: u32,

    /// Threads that serve requests, from 1 to 256. [default: the number of processors]
    #[arg(long, env = "LATCHKEY_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,

    /// How long an idle connection is kept open, at least 1s; `off` closes it after each answer. It must be longer than the reverse proxy's (nginx 60s,
    /// Traefik 90s, Caddy 2m), or a POST may be sent on a connection that is just being closed.
    #[arg(long, env = "LATCHKEY_KEEP_ALIVE", default_value = "150s", value_name = "DURATION")]
    pub keep_alive: OptionalDuration,

    /// Time between /readyz failing and the listener closing, for load balancers to drain.
    #[arg(long, env = "LATCHKEY_SHUTDOWN_DELAY", default_value = "0s", value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub shutdown_delay: Duration,

    /// Longest time for requests in flight to finish when the server stops.
    #[arg(long, env = "LATCHKEY_SHUTDOWN_TIMEOUT", default_value = "10s", value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub shutdown_timeout: Duration,

    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would take a comment here for the description of the whole group")]
    pub log: LogConfig,
}

/// The public URL: the configured one, or http and the first address; `None` for a server on Unix sockets only.
fn public_url(configured: Option<&PublicUrl>, listen: &[ListenAddress]) -> Option<PublicUrl> {
    let by_address = || listen.iter().find(|listen| listen.path().is_none()).map(PublicUrl::http);
    configured.cloned().or_else(by_address)
}

impl Config {
    /// Applies all settings of the library to a builder.
    pub fn apply(&self, builder: Builder) -> Builder {
        let Self { sessions, .. } = self;
        let builder = match public_url(self.public_url.as_ref(), &self.listen) {
            Some(url) => builder.public_url(url),
            None => builder,
        };
        let builder = builder
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
            .guarded(Guarded::concat(self.guarded.iter().cloned()))
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

/// The lifetimes and the number of sessions.
#[derive(Clone, Debug, Args)]
pub struct SessionConfig {
    /// Time from log-in to the session's deadline, such as 7d, 12h or 90s; from 1s to 399d.
    #[arg(long, env = "LATCHKEY_SESSION_LIFETIME", default_value = "7d", value_name = "DURATION", value_parser = lifetime)]
    pub session_lifetime: Duration,

    /// Longest lifetime of a session that is not remembered (on a computer that is not the user's own). Refreshing cannot exceed it.
    /// From 1s to 399d.
    #[arg(long, env = "LATCHKEY_SESSION_LIFETIME_UNREMEMBERED", default_value = "12h", value_name = "DURATION", value_parser = lifetime)]
    pub session_lifetime_unremembered: Duration,

    /// Longest time without activity before a session ends, at least 1s and shorter than the session's lifetime; `off` means no limit.
    /// Checking a session is not activity.
    #[arg(long, env = "LATCHKEY_IDLE_TIMEOUT", default_value = "off", value_name = "DURATION")]
    pub idle_timeout: OptionalDuration,

    /// Whether `POST /api/refresh-session` moves the deadline.
    #[arg(long, env = "LATCHKEY_SESSION_REFRESH", default_value = "never", value_name = "MODE")]
    pub session_refresh: Refresh,

    /// Longest time from log-in to a refreshed deadline, from the session's lifetime to 399d. Only with `sliding`.
    #[arg(long, env = "LATCHKEY_SESSION_MAX_LIFETIME", default_value = "30d", value_name = "DURATION", value_parser = lifetime)]
    pub session_max_lifetime: Duration,

    /// Time after a log-in in which other sessions can be ended without giving the password again; at least 1s.
    #[arg(long, env = "LATCHKEY_REAUTH_WINDOW", default_value = "15m", value_name = "DURATION", value_parser = duration)]
    pub reauth_window: Duration,

    /// Most active sessions of one user, at least 1; the least recently used is ended when another begins.
    #[arg(long, env = "LATCHKEY_SESSIONS_PER_USER", default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub sessions_per_user: u32,

    /// How long ended sessions are kept, so that their reason can still be reported; at least 1s.
    #[arg(long, env = "LATCHKEY_SESSION_RETENTION", default_value = "30d", value_name = "DURATION", value_parser = duration)]
    pub session_retention: Duration,
}

/// Whether sessions can be refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Refresh {
    /// A session's deadline is fixed at log-in.
    Never,
    /// Refreshing moves a session's deadline, up to its maximum lifetime.
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

/// What is logged, and in which format.
#[derive(Clone, Debug, Args)]
pub struct LogConfig {
    /// What to log, such as `info` or `warn,latchkey_actix=debug`. Successful checks are logged at `debug`. `actix_http` is off by default,
    /// because any client can cause its errors by sending invalid HTTP.
    #[arg(long, env = "LATCHKEY_LOG", default_value = "info,actix_http=off", value_name = "FILTER")]
    pub log: String,

    /// Format of log lines, which go to standard error.
    #[arg(long, env = "LATCHKEY_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text for reading.
    Text,
    /// One JSON object per line, for machines.
    Json,
}
