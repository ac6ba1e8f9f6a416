//! What the server counts of itself, for Prometheus. Counters are told as things happen; gauges are asked for when somebody
//! looks.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

/// From a tenth of a millisecond, which is a read from SQLite, to seconds, which is a store in trouble.
const STORE_BUCKETS: [f64; 10] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

/// The metrics of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    verifications: [Counter; 3],
    log_ins: Family<Outcome, Counter>,
    active_sessions: Gauge,
    hash_queue: Gauge,
    cache_trusted: Gauge,
    store: Family<Operation, Histogram>,
}

/// What a check found.
#[derive(Clone, Copy, Debug)]
pub enum Verification {
    Active,
    Ended,
    Unavailable,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("latchkey");
        let verifications = Family::<Outcome, Counter>::default();
        let log_ins = Family::default();
        let (active_sessions, hash_queue, cache_trusted) = (Gauge::default(), Gauge::default(), Gauge::default());
        let store = Family::new_with_constructor((|| Histogram::new(STORE_BUCKETS)) as fn() -> Histogram);
        registry.register("verifications", "Checks of sessions, by what they found", verifications.clone());
        registry.register("log_ins", "Attempts to log in, by what came of them", log_ins.clone());
        registry.register("active_sessions", "Sessions that are neither ended nor expired", active_sessions.clone());
        registry.register("hash_queue", "Passwords that are being hashed or wait for it", hash_queue.clone());
        registry.register("cache_trusted", "Whether checks are answered from memory: 1, or 0", cache_trusted.clone());
        let help = "How long the store took to answer";
        registry.register_with_unit("store_answer", help, Unit::Seconds, store.clone());
        // Looked up once: checks are what the server does all day.
        let verifications =
            ["active", "ended", "cannot-tell"].map(|outcome| verifications.get_or_create_owned(&Outcome { outcome }));
        Self { registry, verifications, log_ins, active_sessions, hash_queue, cache_trusted, store }
    }
}

impl Metrics {
    /// Counts a check.
    pub fn count_verification(&self, found: Verification) {
        self.verifications[found as usize].inc();
    }

    /// Counts an attempt to log in.
    pub fn count_log_in(&self, outcome: &'static str) {
        self.log_ins.get_or_create(&Outcome { outcome }).inc();
    }

    /// Notes how long the store took.
    pub fn observe_store(&self, operation: &'static str, failed: bool, took: Duration) {
        let outcome = if failed { "error" } else { "ok" };
        self.store.get_or_create(&Operation { operation, outcome }).observe(took.as_secs_f64());
    }

    /// All of it in the text format. `active_sessions` is `None` when the store does not say: the last number stays.
    #[must_use]
    pub fn text(&self, active_sessions: Option<u64>, hash_queue: usize, cache_trusted: bool) -> String {
        if let Some(active) = active_sessions {
            self.active_sessions.set(active.cast_signed());
        }
        self.cache_trusted.set(cache_trusted.into());
        self.hash_queue.set(i64::try_from(hash_queue).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
