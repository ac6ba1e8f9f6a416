//! Bounds how many passwords are hashed or queued at once: in all, and to half of that per client address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::address_limit::rate_limit_key;

/// The queue of passwords is full, so nothing was hashed; or the server is stopping.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are waiting to be checked")]
pub struct Busy;

/// The slots for passwords that are being hashed or are queued.
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

/// A slot. Clones share it; it is freed when the last clone is dropped.
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
    /// Creates `total` slots.
    #[must_use]
    pub fn new(total: usize) -> Arc<Self> {
        Arc::new(Self { in_use: Mutex::default(), total })
    }

    /// Takes a slot for a client.
    ///
    /// # Errors
    /// [`Busy`]: no slot is free, or the client's address holds half of them.
    pub fn acquire(self: &Arc<Self>, client: Option<IpAddr>) -> Result<HashPermit, Busy> {
        let address = client.map(rate_limit_key);
        let mut in_use = self.lock();
        if in_use.total >= self.total {
            return Err(Busy);
        }
        if let Some(address) = address {
            let used_by_address = in_use.by_address.entry(address).or_default();
            if *used_by_address >= (self.total / 2).max(1) {
                return Err(Busy);
            }
            *used_by_address += 1;
        }
        in_use.total += 1;
        Ok(HashPermit { _held: Arc::new(HeldSlot { capacity: self.clone(), address }) })
    }

    /// How many slots are taken.
    #[must_use]
    pub fn in_use(&self) -> usize {
        self.lock().total
    }

    fn lock(&self) -> MutexGuard<'_, InUse> {
        // A panic between two statements could only make the counts too high, which is safe; so a poisoned lock is used.
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
    fn an_address_gets_at_most_half_of_the_slots() {
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
    fn a_single_slot_is_free_for_any_address() {
        let capacity = HashCapacity::new(1);
        let permit = capacity.acquire(ip("192.0.2.1")).unwrap();
        let same = permit.clone();
        drop(permit);
        assert!(capacity.acquire(ip("192.0.2.1")).is_err(), "it is still held");
        drop(same);
        assert!(capacity.acquire(ip("192.0.2.1")).is_ok());
    }
}
