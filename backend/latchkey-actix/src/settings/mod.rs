//! What can be set: plain values, with the defaults that the binary `latchkey` has too.

mod cookie_name;
mod public_url;

use std::{thread, time::Duration};

use ipnet::IpNet;

use crate::domain::lifetimes::Lifetimes;

pub use cookie_name::{CookieName, DEVICE_COOKIE};
pub use public_url::PublicUrl;

/// The settings of a server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How browsers reach the server.
    pub public_url: PublicUrl,
    /// Name of the session cookie, without a prefix.
    pub cookie_name: CookieName,
    /// How long sessions live.
    pub lifetimes: Lifetimes,
    /// Active sessions that one user may have; the least recently used ends for the newest.
    pub sessions_per_user: u32,
    /// How long ended sessions are kept, so that their reason can still be told.
    pub session_retention: Duration,
    /// How long the audit trail is kept.
    pub audit_retention: Duration,
    /// How often the store is searched for what need not be kept any longer, give or take a quarter.
    pub sweep_every: Duration,
    /// Log-ins that one client address may try in a minute, a quarter of them at once; 0 for any number.
    pub login_rate: u32,
    /// Networks of the reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Passwords that are hashed at the same time.
    pub hash_threads: usize,
    /// Passwords that may wait for a hashing thread; log-ins beyond it are answered with 503 at once.
    pub hash_queue: usize,
    /// Sessions that are kept in memory.
    pub session_cache: usize,
    /// How old an answer from memory may be; zero has every check ask the store.
    pub cache_staleness: Duration,
    /// Event streams that may be open in all.
    pub event_streams: usize,
}

/// The number of processors, at least one.
#[must_use]
pub fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
