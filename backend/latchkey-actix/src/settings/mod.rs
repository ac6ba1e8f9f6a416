//! What an app can set, with the defaults that the binary `latchkey` has too.

mod cookie_name;
mod networks;
mod public_url;

use std::{borrow::Cow, convert::Infallible, thread, time::Duration};

use crate::domain::lifetimes::Lifetimes;

pub use cookie_name::{CookieName, DEVICE_COOKIE, check_device_cookie_name};
pub use networks::Networks;
pub use public_url::PublicUrl;

/// A text that a setting cannot be made of; the message says in words what it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSetting(pub(crate) Cow<'static, str>);

impl From<Infallible> for InvalidSetting {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Whether a session's deadline can be moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionRefresh {
    /// A session's deadline is fixed when it begins.
    #[default]
    Never,
    /// A session can be refreshed, up to its maximum lifetime.
    Sliding,
}

/// The settings of a server, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How browsers reach the server.
    pub public_url: PublicUrl,
    /// Name of the session cookie, without a prefix.
    pub cookie_name: CookieName,
    /// Name of the device cookie, without a prefix.
    pub device_cookie_name: Cow<'static, str>,
    /// How long sessions live.
    pub lifetimes: Lifetimes,
    /// Active sessions that one user may have; the least recently used ends for the newest.
    pub sessions_per_user: u32,
    /// How long ended sessions are kept, so that their reason can still be reported.
    pub session_retention: Duration,
    /// How long the audit trail is kept.
    pub audit_retention: Duration,
    /// Time between two sweeps of the store, give or take a quarter.
    pub sweep_every: Duration,
    /// Log-ins that one client address may try in a minute, a quarter of them at once; 0 for any number.
    pub login_rate: u32,
    /// Networks of the reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Networks,
    /// Passwords that are hashed at the same time.
    pub hash_threads: usize,
    /// Passwords that may wait for a hashing thread; log-ins beyond it are answered with 503 at once.
    pub hash_queue: usize,
    /// Sessions that are kept in memory.
    pub session_cache: usize,
    /// How old an answer from memory may be; zero makes every check ask the store.
    pub cache_staleness: Duration,
    /// Event streams that may be open in all.
    pub event_streams: usize,
}

/// The number of processors, at least one.
#[must_use]
pub fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Lets a setting be given as text where its type is asked for.
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
