//! The settings of a server, with the defaults that the binary `latchkey` has too.

mod cookie_name;
mod guarded;
mod networks;
mod public_url;

use std::{borrow::Cow, convert::Infallible, thread, time::Duration};

use crate::domain::lifetimes::Lifetimes;

pub use cookie_name::{CookieName, DEVICE_COOKIE, check_device_cookie_name};
pub use guarded::Guarded;
pub use networks::Networks;
pub use public_url::PublicUrl;

/// A text that is not a valid setting; the message says what is expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSetting(pub(crate) Cow<'static, str>);

impl From<Infallible> for InvalidSetting {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Whether sessions can be refreshed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionRefresh {
    /// A session's deadline is fixed at log-in.
    #[default]
    Never,
    /// Refreshing moves a session's deadline, up to its maximum lifetime.
    Sliding,
}

/// The validated settings of a server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The origin under which browsers reach the server.
    pub public_url: PublicUrl,
    /// Name of the session cookie, without a prefix.
    pub cookie_name: CookieName,
    /// Name of the device cookie, without a prefix.
    pub device_cookie_name: Cow<'static, str>,
    /// How long sessions live.
    pub lifetimes: Lifetimes,
    /// Most active sessions of one user; the least recently used is ended when another begins.
    pub sessions_per_user: u32,
    /// How long ended sessions are kept, so that their reason can still be reported.
    pub session_retention: Duration,
    /// How long the audit trail is kept.
    pub audit_retention: Duration,
    /// Time between two sweeps of the store, varied by up to a quarter.
    pub sweep_every: Duration,
    /// Log-ins per minute and client address, a quarter of them in a burst; 0 means no limit.
    pub login_rate: u32,
    /// Networks of the reverse proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Networks,
    /// Prefixes of the paths of guarded programs, which `next` may lead to.
    pub guarded: Guarded,
    /// Most passwords that are hashed at the same time.
    pub hash_threads: usize,
    /// Most passwords that wait for a hashing thread; beyond it, log-ins are answered with 503 at once.
    pub hash_queue: usize,
    /// Most sessions in the cache.
    pub session_cache: usize,
    /// How out of date a cached answer may be; zero makes every check query the store.
    pub cache_staleness: Duration,
    /// Most event streams that are open at the same time.
    pub event_streams: usize,
}

/// The number of processors, at least one.
#[must_use]
pub fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Implements `TryFrom` for texts, so that the builder takes a setting or its text.
macro_rules! try_from_text {
    ($setting:ty) => {
        impl TryFrom<&str> for $setting {
            type Error = InvalidSetting;

            fn try_from(text: &str) -> Result<Self, InvalidSetting> {
                text.parse()
            }
        }

        impl TryFrom<String> for $setting {
            type Error = InvalidSetting;

            fn try_from(text: String) -> Result<Self, InvalidSetting> {
                text.parse()
            }
        }
    };
}
use try_from_text;
