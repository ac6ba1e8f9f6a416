//! Metrics for Prometheus. Counters are incremented as things happen; gauges are read when the metrics are scraped.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

/// Histogram buckets in seconds: from a read in SQLite to a store in trouble.
const STORE_BUCKETS: [f64; 10] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

/// The metrics of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    verifications: [Counter; 3],
    log_ins: Family<OutcomeLabel, Counter>,
    active_sessions: Gauge,
    hash_queue: Gauge,
    cache_trusted: Gauge,
    store: Family<StoreLabels, Histogram>,
}

/// The result of a check, as it is counted.
#[derive(Clone, Copy, Debug)]
pub enum Verification {
    Active,
    Ended,
    Unavailable,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StoreLabels {
    operation: &'static str,
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("latchkey");
        let verifications = Family::<OutcomeLabel, Counter>::default();
        let log_ins = Family::default();
        let (active_sessions, hash_queue, cache_trusted) = (Gauge::default(), Gauge::default(), Gauge::default());
        let store = Family::new_with_constructor((|| Histogram::new(STORE_BUCKETS)) as fn() -> Histogram);
        registry.register("verifications", "Checks of sessions, by result", verifications.clone());
        registry.register("log_ins", "Attempts to log in, by outcome", log_ins.clone());
        registry.register("active_sessions", "Sessions that are neither ended nor expired", active_sessions.clone());
        registry.register("hash_queue", "Passwords that are being hashed or are queued", hash_queue.clone());
        registry.register("cache_trusted", "Whether checks are answered from the cache: 1 or 0", cache_trusted.clone());
        let help = "Time until the store answered";
        registry.register_with_unit("store_answer", help, Unit::Seconds, store.clone());
        // Looked up once, because checks are the most frequent request.
        let verifications = ["active", "ended", "cannot-tell"]
            .map(|outcome| verifications.get_or_create_owned(&OutcomeLabel { outcome }));
        Self { registry, verifications, log_ins, active_sessions, hash_queue, cache_trusted, store }
    }
}

impl Metrics {
    /// Counts a check by its result.
    pub fn count_verification(&self, found: Verification) {
        self.verifications[found as usize].inc();
    }

    /// Counts an attempt to log in by its outcome.
    pub fn count_log_in(&self, outcome: &'static str) {
        self.log_ins.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Records how long an operation of the store took, and whether it failed.
    pub fn observe_store(&self, operation: &'static str, failed: bool, took: Duration) {
        let outcome = if failed { "error" } else { "ok" };
        self.store.get_or_create(&StoreLabels { operation, outcome }).observe(took.as_secs_f64());
    }

    /// All metrics in the OpenMetrics text format. If `active_sessions` is `None`, because the store did not answer, the last number is kept.
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
