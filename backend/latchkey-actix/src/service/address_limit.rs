//! How many log-ins one client address may try. It lives in memory and is about load, not about guessing: guesses are
//! counted by account, in the store.

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

/// A quota for each client address; for IPv6 each /64, which is what one subscriber has.
pub struct AddressLimit(Option<Limiter>);

/// The server's clock, as the limiter reads it: one that nobody can set.
#[derive(Clone)]
struct MonotonicClock(Arc<dyn Clock>);

/// A smaller quota than this may be used up at once: people behind one address begin their work at the same time.
const SMALL_BURST: u32 = 10;

impl GovernorClock for MonotonicClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.monotonic().as_nanos().into()
    }
}

impl AddressLimit {
    /// So many log-ins a minute, of which a quarter may come at once; 0 means as many as they like.
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
    /// It is one too many; the seconds until the next one is looked at, rounded up.
    pub fn check(&self, address: IpAddr) -> Result<(), u64> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        let until = match limiter.check_key(&rate_limit_key(address)) {
            Ok(()) => return Ok(()),
            Err(until) => until,
        };
        let wait = until.earliest_possible().duration_since(limiter.clock().now());
        Err(std::time::Duration::from(wait).as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1))
    }

    /// Lets go of addresses whose quota is whole again.
    pub fn sweep(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// What the addresses of one subscriber have in common.
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

    /// A clock whose time of day is wrong, and runs backwards.
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
    fn an_address_has_its_quota_and_gets_it_back() {
        let clock = Arc::new(ManualClock::default());
        let limit = AddressLimit::new(2, clock.clone());
        assert_eq!((limit.check(ip("192.0.2.1")), limit.check(ip("192.0.2.1"))), (Ok(()), Ok(())));
        assert_eq!(limit.check(ip("192.0.2.1")), Err(30));
        assert_eq!(limit.check(ip("192.0.2.2")), Ok(()), "another one has its own");
        clock.advance(29_500);
        assert_eq!(limit.check(ip("192.0.2.1")), Err(1));
        clock.advance(500);
        assert_eq!(limit.check(ip("192.0.2.1")), Ok(()));
    }

    #[test]
    fn at_once_an_address_has_a_small_part_of_its_quota() {
        let clock = Arc::new(ManualClock::default());
        let at_once = |quota: u32| {
            let limit = AddressLimit::new(quota, clock.clone());
            (0..1000).take_while(|_| limit.check(ip("192.0.2.1")).is_ok()).count()
        };
        assert_eq!([1, 2, 20, 120, 400].map(at_once), [1, 2, 10, 30, 100]);
        assert_eq!(at_once(0), 1000);
    }

    #[test]
    fn one_subscriber_has_one_quota_however_many_addresses() {
        assert_eq!(rate_limit_key(ip("2001:db8:1:2:aaaa::1")), rate_limit_key(ip("2001:db8:1:2:bbbb::2")));
        assert_ne!(rate_limit_key(ip("2001:db8:1:2::1")), rate_limit_key(ip("2001:db8:1:3::1")));
        assert_eq!(rate_limit_key(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }
}
