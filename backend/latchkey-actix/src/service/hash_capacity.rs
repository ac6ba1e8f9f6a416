//! Who may have passwords hashed: so many at once in all, and no more than half of them for one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::address_limit::rate_limit_key;

/// As many passwords are waiting as may wait; nothing was hashed.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are waiting to be checked")]
pub struct Busy;

/// Places for passwords that are being hashed or wait for it.
#[derive(Debug)]
pub struct HashCapacity {
    in_use: Mutex<InUse>,
    total: usize,
}

#[derive(Debug, Default)]
struct InUse {
    total: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place. Its clones are the same place: it is free again when the last one is gone.
#[derive(Clone, Debug)]
pub struct HashPermit {
    _held: Arc<HeldSlot>,
}

#[derive(Debug)]
struct HeldSlot {
    capacity: Arc<HashCapacity>,
    address: Option<IpAddr>,
}

impl HashCapacity {
    /// So many places.
    #[must_use]
    pub fn new(total: usize) -> Arc<Self> {
        Arc::new(Self { in_use: Mutex::default(), total })
    }

    /// Takes a place for a client.
    ///
    /// # Errors
    /// [`Busy`]: all are taken, or as many as one address may have.
    pub fn acquire(self: &Arc<Self>, client: Option<IpAddr>) -> Result<HashPermit, Busy> {
        let address = client.map(rate_limit_key);
        let mut in_use = self.lock();
        if in_use.total >= self.total {
            return Err(Busy);
        }
        if let Some(address) = address {
            let used_by_address = in_use.by_address.entry(address).or_default();
            // The entry is there already if there are as many.
            if *used_by_address >= (self.total / 2).max(1) {
                return Err(Busy);
            }
            *used_by_address += 1;
        }
        in_use.total += 1;
        Ok(HashPermit { _held: Arc::new(HeldSlot { capacity: self.clone(), address }) })
    }

    /// How many are taken.
    #[must_use]
    pub fn in_use(&self) -> usize {
        self.lock().total
    }

    fn lock(&self) -> MutexGuard<'_, InUse> {
        // The counts are right after every statement: there is nothing to be poisoned.
        self.in_use.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for HeldSlot {
    fn drop(&mut self) {
        let mut in_use = self.capacity.lock();
        in_use.total -= 1;
        let Some(address) = self.address else { return };
        if let Some(used_by_address) = in_use.by_address.get_mut(&address) {
            *used_by_address -= 1;
            if *used_by_address == 0 {
                in_use.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn one_address_has_half_of_the_places_at_most() {
        let capacity = HashCapacity::new(5);
        let mut in_use: Vec<_> = (0..2).map(|_| capacity.acquire(ip("2001:db8::1")).unwrap()).collect();
        assert!(capacity.acquire(ip("2001:db8::2")).is_err(), "a /64 is one address");
        in_use.extend(["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|other| capacity.acquire(ip(other)).unwrap()));
        assert!(capacity.acquire(ip("192.0.2.4")).is_err() && capacity.acquire(None).is_err(), "all are in use");
        drop(in_use.remove(0));
        assert!(capacity.acquire(ip("2001:db8::2")).is_ok());
        drop(in_use);
        assert_eq!((capacity.in_use(), capacity.lock().by_address.len()), (0, 0));
    }

    #[test]
    fn a_single_place_is_for_everybody() {
        let capacity = HashCapacity::new(1);
        let permit = capacity.acquire(ip("192.0.2.1")).unwrap();
        let same = permit.clone();
        drop(permit);
        assert!(capacity.acquire(ip("192.0.2.1")).is_err(), "it is still held");
        drop(same);
        assert!(capacity.acquire(ip("192.0.2.1")).is_ok());
    }
}
