//! The only module that reads clocks. The rules take the time as an argument, so that tests can set it.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;

/// A source of the current time.
pub trait Clock: Send + Sync + 'static {
    /// The current time, in whole milliseconds: what the store can keep.
    fn now(&self) -> Timestamp;

    /// The current instant, independent of the time of day.
    fn monotonic(&self) -> Monotonic {
        Monotonic::now()
    }

    /// Sets the clock to the time of a store, which was queried at `_asked_at` and has just answered. Does nothing for clocks that do not
    /// follow a store.
    fn synchronise(&self, _now: Timestamp, _asked_at: Monotonic) {}
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }

    fn monotonic(&self) -> Monotonic {
        (**self).monotonic()
    }

    fn synchronise(&self, now: Timestamp, asked_at: Monotonic) {
        (**self).synchronise(now, asked_at);
    }
}

/// The operating system's clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// A clock that follows a store's clock, so that all servers on one store agree about deadlines. Between two polls of the store, the time
/// advances with [`Monotonic`]. With a store that has no clock of its own, this is the operating system's clock.
#[derive(Debug)]
pub struct StoreClock {
    /// The time of day in milliseconds at [`Monotonic::ZERO`].
    zero_ms: AtomicI64,
}

impl StoreClock {
    /// Longest round trip of an answer that is used: a longer one is too imprecise.
    const MAX_ROUND_TRIP: Duration = Duration::from_millis(200);

    /// The value of `zero_ms` before the first answer.
    const UNKNOWN: i64 = i64::MIN;
}

impl Default for StoreClock {
    fn default() -> Self {
        Self { zero_ms: AtomicI64::new(Self::UNKNOWN) }
    }
}

impl Clock for StoreClock {
    fn now(&self) -> Timestamp {
        let zero_ms = self.zero_ms.load(Ordering::Relaxed);
        let now_ms = (zero_ms != Self::UNKNOWN).then(|| zero_ms.saturating_add(self.monotonic().as_millis()));
        let now = now_ms.and_then(|now_ms| Timestamp::from_millisecond(now_ms).ok());
        now.unwrap_or_else(|| SystemClock.now())
    }

    fn synchronise(&self, now: Timestamp, asked_at: Monotonic) {
        let round_trip = self.monotonic().since(asked_at);
        if round_trip <= Self::MAX_ROUND_TRIP || self.zero_ms.load(Ordering::Relaxed) == Self::UNKNOWN {
            let read_at = asked_at.after(round_trip / 2);
            self.zero_ms.store(now.as_millisecond() - read_at.as_millis(), Ordering::Relaxed);
        }
    }
}

/// An instant that only ever moves forward, also while the process is stopped and when the time of day is set: for leases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Monotonic {
    /// Nanoseconds; they last for 584 years.
    nanos: u64,
}

impl Monotonic {
    /// The earliest instant.
    pub const ZERO: Self = Self { nanos: 0 };

    /// The current instant.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn now() -> Self {
        /// An hour before the first call, so that no instant of this process equals `ZERO`.
        static ORIGIN: LazyLock<Instant> = LazyLock::new(|| {
            let now = Instant::now();
            now.checked_sub(Duration::from_secs(60 * 60)).unwrap_or(now)
        });
        Self::ZERO.after(ORIGIN.elapsed())
    }

    /// The instant `duration` later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self { nanos: self.nanos.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)) }
    }

    /// The time from an earlier instant to this one; zero if the other one is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanos.saturating_sub(earlier.nanos))
    }

    fn as_millis(self) -> i64 {
        i64::try_from(self.nanos / 1_000_000).unwrap_or(i64::MAX)
    }

    /// The instant as a number that grows with time, for atomics.
    #[must_use]
    pub fn as_nanos(self) -> u64 {
        self.nanos
    }
}

/// Measures durations for logs and metrics. No rule depends on it.
#[derive(Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_follows_the_store_but_ignores_slow_answers() {
        let (clock, asked_at) = (StoreClock::default(), Monotonic::now());
        let close = |clock: &StoreClock, to: Timestamp| clock.now().duration_since(to).abs().as_secs() < 5;
        assert!(close(&clock, SystemClock.now()));
        let ahead = Timestamp::from_second(4_000_000_000).unwrap();
        clock.synchronise(ahead, asked_at);
        assert!(close(&clock, ahead));
        let long_ago = Monotonic::ZERO.after(asked_at.since(Monotonic::ZERO.after(StoreClock::MAX_ROUND_TRIP * 2)));
        clock.synchronise(SystemClock.now(), long_ago);
        assert!(close(&clock, ahead));
        clock.synchronise(SystemClock.now(), Monotonic::now());
        assert!(close(&clock, SystemClock.now()));
    }
}
