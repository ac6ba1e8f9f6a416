//! Metrics for Prometheus. Counters are incremented as things happen; gauges are read when the metrics are scraped.

pub mod requests;
mod timings;

use std::{fmt::Write, sync::atomic::AtomicU64, time::Duration};

use prometheus_client::{
    encoding::{
        EncodeLabelSet,
        text::{encode_eof, encode_registry},
    },
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

/// Histogram buckets in seconds: from a read in SQLite to a store in trouble.
const STORE_BUCKETS: [f64; 10] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

/// The operations of the store that write a row of the audit trail, alone or with a deed.
const AUDITED: [&str; 10] = [
    "insert_user",
    "rename_user",
    "delete_user",
    "set_password",
    "change_password",
    "set_disabled",
    "insert_session",
    "end_sessions",
    "count_failure",
    "record",
];

/// The outcomes of an attempt to log in.
const LOG_INS: [&str; 7] =
    ["ok", "bad-credentials", "too-many-attempts", "account-disabled", "session-ended", "busy", "unavailable"];

/// The metrics of one server, without those of its requests ([`requests`]).
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    verifications: [Counter; 3],
    cache_hits: Counter,
    cache_misses: Counter,
    log_ins: Family<OutcomeLabel, Counter>,
    store: Family<StoreLabels, Histogram>,
    pool_waits: Family<PoolLabel, Histogram>,
    audit_failures: Family<OperationLabel, Counter>,
    sweeps: Family<OutcomeLabel, Counter>,
    swept_rows: Counter,
    gauges: Gauges,
}

/// What is read when the metrics are scraped.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Active sessions; `None` if the store did not answer, so that the last number is kept.
    pub active_sessions: Option<u64>,
    /// Passwords that are being hashed or are queued.
    pub hash_queue: usize,
    /// Whether checks are answered from the cache.
    pub cache_trusted: bool,
    /// Sessions in the cache.
    pub cache_sessions: usize,
    /// Most sessions in the cache.
    pub cache_capacity: usize,
    /// Time since the cache was last known to agree with the store.
    pub cache_age: Duration,
    /// Open event streams.
    pub event_streams: usize,
    /// Most event streams.
    pub event_streams_limit: usize,
}

#[derive(Debug, Default)]
struct Gauges {
    active_sessions: Gauge,
    hash_queue: Gauge,
    cache_trusted: Gauge,
    cache_sessions: Gauge,
    cache_capacity: Gauge,
    cache_age: Gauge<f64, AtomicU64>,
    event_streams: Gauge,
    event_streams_limit: Gauge,
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
struct OperationLabel {
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PoolLabel {
    pool: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StoreLabels {
    operation: &'static str,
    outcome: &'static str,
}

impl Gauges {
    fn register(&self, registry: &mut Registry) {
        let mut gauge = |name, help, gauge: &Gauge| registry.register(name, help, gauge.clone());
        gauge("active_sessions", "Sessions that are neither ended nor expired", &self.active_sessions);
        gauge("hash_queue", "Passwords that are being hashed or are queued", &self.hash_queue);
        gauge("cache_trusted", "Whether checks are answered from the cache: 1 or 0", &self.cache_trusted);
        gauge("cache_sessions", "Sessions in the cache", &self.cache_sessions);
        gauge("cache_capacity", "Most sessions in the cache", &self.cache_capacity);
        gauge("event_streams", "Open event streams", &self.event_streams);
        gauge("event_streams_limit", "Most event streams", &self.event_streams_limit);
        let help = "Time since the cache was last known to agree with the store";
        registry.register_with_unit("cache_age", help, Unit::Seconds, self.cache_age.clone());
    }

    fn set(&self, reading: &Reading) {
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        if let Some(active) = reading.active_sessions {
            self.active_sessions.set(active.cast_signed());
        }
        self.hash_queue.set(number(reading.hash_queue));
        self.cache_trusted.set(reading.cache_trusted.into());
        self.cache_sessions.set(number(reading.cache_sessions));
        self.cache_capacity.set(number(reading.cache_capacity));
        self.cache_age.set(reading.cache_age.as_secs_f64());
        self.event_streams.set(number(reading.event_streams));
        self.event_streams_limit.set(number(reading.event_streams_limit));
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("latchkey");
        let verifications = Family::<OutcomeLabel, Counter>::default();
        let (log_ins, audit_failures, sweeps) = (Family::default(), Family::default(), Family::default());
        let (cache_hits, cache_misses, swept_rows) = (Counter::default(), Counter::default(), Counter::default());
        let store = Family::new_with_constructor((|| Histogram::new(STORE_BUCKETS)) as fn() -> Histogram);
        let pool_waits = Family::new_with_constructor((|| Histogram::new(STORE_BUCKETS)) as fn() -> Histogram);
        let gauges = Gauges::default();
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version of Latchkey", build);
        registry.register("verifications", "Checks of sessions, by result", verifications.clone());
        registry.register("cache_hits", "Checks that were answered from the cache", cache_hits.clone());
        registry.register("cache_misses", "Checks for which the store was asked", cache_misses.clone());
        registry.register("log_ins", "Attempts to log in, by outcome", log_ins.clone());
        gauges.register(&mut registry);
        let help = "Time until the store answered";
        registry.register_with_unit("store_answer", help, Unit::Seconds, store.clone());
        let help = "Time that calls of the store waited for a connection; that of SQLite's writer includes its lock";
        registry.register_with_unit("pool_wait", help, Unit::Seconds, pool_waits.clone());
        let help = "Rows that were not written to the audit trail because the store failed, by operation; but for `record`, the deed was not done either";
        registry.register("audit_failures", help, audit_failures.clone());
        registry.register("sweeps", "Sweeps of the store, by outcome", sweeps.clone());
        registry.register("swept_rows", "Rows past their retention that were deleted", swept_rows.clone());
        // There from the start, because the increase of a series that begins is not seen.
        for operation in AUDITED {
            drop(audit_failures.get_or_create_owned(&OperationLabel { operation }));
        }
        for outcome in ["ok", "error", "refused"] {
            drop(sweeps.get_or_create_owned(&OutcomeLabel { outcome }));
        }
        for outcome in LOG_INS {
            drop(log_ins.get_or_create_owned(&OutcomeLabel { outcome }));
        }
        // Looked up once, because checks are the most frequent request.
        let verifications = ["active", "ended", "cannot-tell"]
            .map(|outcome| verifications.get_or_create_owned(&OutcomeLabel { outcome }));
        Self {
            registry,
            verifications,
            cache_hits,
            cache_misses,
            log_ins,
            store,
            pool_waits,
            audit_failures,
            sweeps,
            swept_rows,
            gauges,
        }
    }
}

impl Metrics {
    /// Counts a check that was answered from the cache: its session is active.
    pub fn count_cache_hit(&self) {
        self.cache_hits.inc();
        self.verifications[Verification::Active as usize].inc();
    }

    /// Counts a check for which the store was asked, by its result.
    pub fn count_cache_miss(&self, found: Verification) {
        self.cache_misses.inc();
        self.verifications[found as usize].inc();
    }

    /// Counts an attempt to log in by its outcome.
    pub fn count_log_in(&self, outcome: &'static str) {
        debug_assert!(LOG_INS.contains(&outcome), "{outcome}");
        self.log_ins.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Counts a sweep by its outcome, and the rows that it deleted.
    pub fn count_sweep(&self, outcome: &'static str, rows: u64) {
        self.sweeps.get_or_create(&OutcomeLabel { outcome }).inc();
        self.swept_rows.inc_by(rows);
    }

    /// Records how long an operation of the store took, and whether it failed.
    pub fn observe_store(&self, operation: &'static str, failed: bool, took: Duration) {
        // Both are made at once: the failures of an operation begin at zero.
        let [ok, error] =
            ["ok", "error"].map(|outcome| self.store.get_or_create_owned(&StoreLabels { operation, outcome }));
        if failed { error } else { ok }.observe(took.as_secs_f64());
        if failed && AUDITED.contains(&operation) {
            self.audit_failures.get_or_create(&OperationLabel { operation }).inc();
        }
    }

    /// Records how long a call waited for a connection of a pool.
    pub fn observe_pool_wait(&self, pool: &'static str, waited: Duration) {
        self.pool_waits.get_or_create(&PoolLabel { pool }).observe(waited.as_secs_f64());
    }

    /// Appends the metrics to a text in the OpenMetrics format.
    pub fn write(&self, text: &mut impl Write, reading: &Reading) {
        self.gauges.set(reading);
        // Writing to a String does not fail.
        let _ = encode_registry(text, &self.registry);
    }
}

/// Ends a text in the OpenMetrics format.
pub fn finish(text: &mut String) {
    // Writing to a String does not fail.
    let _ = encode_eof(text);
}
