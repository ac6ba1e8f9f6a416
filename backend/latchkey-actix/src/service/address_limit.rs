//! The rate limit of log-ins per client address. It is kept in memory and protects against load; guessing is limited per account, in
//! the store.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as GovernorClock, Reference},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::keyed::DashMapStateStore,
};

use crate::clock::Clock;

type Limiter = RateLimiter<IpAddr, DashMapStateStore<IpAddr>, MonotonicClock, NoOpMiddleware<Nanos>>;

/// A rate limit per client address; per /64 for IPv6, because a subscriber has a whole /64.
pub struct AddressLimit(Option<Limiter>);

/// The server's monotonic clock, for the rate limiter. Setting the time of day does not affect it.
#[derive(Clone)]
struct MonotonicClock(Arc<dyn Clock>);

/// The burst is at least this large: users behind one address often log in at the same time.
const SMALL_BURST: u32 = 10;

impl GovernorClock for MonotonicClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.monotonic().as_nanos().into()
    }
}

impl AddressLimit {
    /// Allows `per_minute` log-ins per address and minute, a quarter of them in a burst; 0 means no limit.
    #[must_use]
    pub fn new(per_minute: u32, clock: Arc<dyn Clock>) -> Self {
        let burst = NonZeroU32::new((per_minute / 4).max(SMALL_BURST).min(per_minute));
        let quota = NonZeroU32::new(per_minute).zip(burst);
        let quota = quota.map(|(per_minute, burst)| Quota::per_minute(per_minute).allow_burst(burst));
        Self(quota.map(|quota| RateLimiter::new(quota, DashMapStateStore::default(), MonotonicClock(clock))))
    }

    /// Counts a log-in.
    ///
    /// # Errors
    /// The limit is reached; the value is the seconds until the next log-in is allowed, rounded up.
    pub fn check(&self, address: IpAddr) -> Result<(), u64> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        let until = match limiter.check_key(&rate_limit_key(address)) {
            Ok(()) => return Ok(()),
            Err(until) => until,
        };
        let wait = until.earliest_possible().duration_since(limiter.clock().now());
        Err(std::time::Duration::from(wait).as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1))
    }

    /// Frees the memory of addresses whose quota is full again.
    pub fn sweep(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// The key that all addresses of one subscriber share: the IPv4 address, or the IPv6 /64.
#[must_use]
pub fn rate_limit_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Mutex, time::Duration};

    use jiff::{Timestamp, ToSpan};

    use super::*;
    use crate::clock::Monotonic;

    /// A clock that a test advances. Its time of day runs backwards, to prove that the limit does not use it.
    #[derive(Default)]
    struct ManualClock(Mutex<Duration>);

    impl Clock for ManualClock {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH - i64::try_from(self.0.lock().unwrap().as_secs()).unwrap().seconds()
        }

        fn monotonic(&self) -> Monotonic {
            Monotonic::ZERO.after(*self.0.lock().unwrap())
        }
    }

    impl ManualClock {
        fn advance(&self, milliseconds: u64) {
            *self.0.lock().unwrap() += Duration::from_millis(milliseconds);
        }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_a_quota_that_refills() {
        let clock = Arc::new(ManualClock::default());
        let limit = AddressLimit::new(2, clock.clone());
        assert_eq!((limit.check(ip("192.0.2.1")), limit.check(ip("192.0.2.1"))), (Ok(()), Ok(())));
        assert_eq!(limit.check(ip("192.0.2.1")), Err(30));
        assert_eq!(limit.check(ip("192.0.2.2")), Ok(()), "another address has a quota of its own");
        clock.advance(29_500);
        assert_eq!(limit.check(ip("192.0.2.1")), Err(1));
        clock.advance(500);
        assert_eq!(limit.check(ip("192.0.2.1")), Ok(()));
    }

    #[test]
    fn a_burst_is_a_quarter_of_the_quota() {
        let clock = Arc::new(ManualClock::default());
        let at_once = |quota: u32| {
            let limit = AddressLimit::new(quota, clock.clone());
            (0..1000).take_while(|_| limit.check(ip("192.0.2.1")).is_ok()).count()
        };
        assert_eq!([1, 2, 20, 120, 400].map(at_once), [1, 2, 10, 30, 100]);
        assert_eq!(at_once(0), 1000);
    }

    #[test]
    fn all_addresses_of_a_subscriber_share_a_quota() {
        assert_eq!(rate_limit_key(ip("2001:db8:1:2:aaaa::1")), rate_limit_key(ip("2001:db8:1:2:bbbb::2")));
        assert_ne!(rate_limit_key(ip("2001:db8:1:2::1")), rate_limit_key(ip("2001:db8:1:3::1")));
        assert_eq!(rate_limit_key(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }
}
