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

type Limiter = RateLimiter<IpAddr, DashMapStateStore<IpAddr>, OurClock, NoOpMiddleware<Nanos>>;

/// A quota for each client address; for IPv6 each /64, which is what one subscriber has.
pub struct AddressLimit(Option<Limiter>);

/// The server's clock, as the limiter reads it.
#[derive(Clone)]
struct OurClock(Arc<dyn Clock>);

impl GovernorClock for OurClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        u64::try_from(self.0.now().as_nanosecond()).unwrap_or(0).into()
    }
}

impl AddressLimit {
    /// So many log-ins a minute, all at once or spread; 0 means as many as they like.
    #[must_use]
    pub fn new(per_minute: u32, clock: Arc<dyn Clock>) -> Self {
        let quota = NonZeroU32::new(per_minute).map(Quota::per_minute);
        Self(quota.map(|quota| RateLimiter::new(quota, DashMapStateStore::default(), OurClock(clock))))
    }

    /// Counts a log-in.
    ///
    /// # Errors
    /// It is one too many; the seconds until the next one is looked at, rounded up.
    pub fn count(&self, address: IpAddr) -> Result<(), u64> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        let until = match limiter.check_key(&subscriber(address)) {
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

/// What one subscriber's addresses have in common.
fn subscriber(address: IpAddr) -> IpAddr {
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
    use std::sync::Mutex;

    use jiff::{Timestamp, ToSpan};

    use super::*;

    struct Stopped(Mutex<Timestamp>);

    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_its_quota_and_gets_it_back() {
        let clock = Arc::new(Stopped(Mutex::new(Timestamp::from_second(1_800_000_000).unwrap())));
        let limit = AddressLimit::new(2, clock.clone());
        assert_eq!((limit.count(ip("192.0.2.1")), limit.count(ip("192.0.2.1"))), (Ok(()), Ok(())));
        assert_eq!(limit.count(ip("192.0.2.1")), Err(30));
        assert_eq!(limit.count(ip("192.0.2.2")), Ok(()), "another one has its own");
        let now = clock.now() + 29_500.milliseconds();
        *clock.0.lock().unwrap() = now;
        assert_eq!(limit.count(ip("192.0.2.1")), Err(1));
        *clock.0.lock().unwrap() = now + 500.milliseconds();
        assert_eq!(limit.count(ip("192.0.2.1")), Ok(()));
    }

    #[test]
    fn one_subscriber_has_one_quota_however_many_addresses() {
        assert_eq!(subscriber(ip("2001:db8:1:2:aaaa::1")), subscriber(ip("2001:db8:1:2:bbbb::2")));
        assert_ne!(subscriber(ip("2001:db8:1:2::1")), subscriber(ip("2001:db8:1:3::1")));
        assert_eq!(subscriber(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }
}
