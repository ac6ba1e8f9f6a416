//! A histogram of durations without a lock, because every request is counted in one, on all threads at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder, NoLabelSet},
    metrics::{MetricType, TypedMetric},
};

/// The upper bounds of the buckets but the last, which has none, in microseconds: from a check in memory to a log-in that waits.
const BOUNDS_US: [u32; 11] =
    [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000];

/// How long something took, each time. Clones share the counts.
#[derive(Clone, Debug, Default)]
pub struct Timings(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    buckets: [AtomicU64; BOUNDS_US.len() + 1],
    sum_ns: AtomicU64,
}

impl Timings {
    /// Counts a duration.
    pub fn observe(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let bucket = BOUNDS_US.iter().position(|bound| nanos <= u64::from(*bound) * 1000).unwrap_or(BOUNDS_US.len());
        self.0.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.0.sum_ns.fetch_add(nanos, Ordering::Relaxed);
    }
}

impl TypedMetric for Timings {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Timings {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        let counts = self.0.buckets.each_ref().map(|count| count.load(Ordering::Relaxed));
        let bounds = BOUNDS_US.iter().map(|bound| f64::from(*bound) / 1e6).chain([f64::INFINITY]);
        let sum = Duration::from_nanos(self.0.sum_ns.load(Ordering::Relaxed)).as_secs_f64();
        let buckets: Vec<_> = bounds.zip(counts).collect();
        encoder.encode_histogram::<NoLabelSet>(sum, counts.iter().sum(), &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::{
        encoding::text::encode,
        metrics::histogram::Histogram,
        registry::{Metric, Registry, Unit},
    };

    use super::*;

    fn text(histogram: impl Metric) -> String {
        let (mut registry, mut text) = (Registry::default(), String::new());
        registry.register_with_unit("time", "a time", Unit::Seconds, histogram);
        encode(&mut text, &registry).unwrap();
        text
    }

    #[test]
    fn the_text_is_that_of_the_crates_own_histogram() {
        let (ours, theirs) = (Timings::default(), Histogram::new(BOUNDS_US.map(|bound| f64::from(bound) / 1e6)));
        for micros in [0, 100, 101, 5_000, 250_000, 10_000_000, 10_000_001, 60_000_000] {
            ours.observe(Duration::from_micros(micros));
            theirs.observe(Duration::from_micros(micros).as_secs_f64());
        }
        let theirs = text(theirs);
        assert_eq!(text(ours), theirs);
        assert!(theirs.contains("time_seconds_bucket{le=\"+Inf\"} 8"));
    }
}
