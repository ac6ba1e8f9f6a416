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
pub struct Places {
    taken: Mutex<Taken>,
    in_all: usize,
}

#[derive(Debug, Default)]
struct Taken {
    in_all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place. Its clones are the same place: it is free again when the last one is gone.
#[derive(Clone, Debug)]
pub struct Place {
    _held: Arc<Held>,
}

#[derive(Debug)]
struct Held {
    places: Arc<Places>,
    address: Option<IpAddr>,
}

impl Places {
    /// So many places.
    #[must_use]
    pub fn new(in_all: usize) -> Arc<Self> {
        Arc::new(Self { taken: Mutex::default(), in_all })
    }

    /// Takes a place for a client.
    ///
    /// # Errors
    /// [`Busy`]: all are taken, or as many as one address may have.
    pub fn take(self: &Arc<Self>, client: Option<IpAddr>) -> Result<Place, Busy> {
        let address = client.map(rate_limit_key);
        let mut taken = self.lock();
        if taken.in_all >= self.in_all {
            return Err(Busy);
        }
        if let Some(address) = address {
            let of_address = taken.by_address.entry(address).or_default();
            // The entry is there already if there are as many.
            if *of_address >= (self.in_all / 2).max(1) {
                return Err(Busy);
            }
            *of_address += 1;
        }
        taken.in_all += 1;
        Ok(Place { _held: Arc::new(Held { places: self.clone(), address }) })
    }

    /// How many are taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.lock().in_all
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        // The counts are right after every statement: there is nothing to be poisoned.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.in_all -= 1;
        let Some(address) = self.address else { return };
        if let Some(of_address) = taken.by_address.get_mut(&address) {
            *of_address -= 1;
            if *of_address == 0 {
                taken.by_address.remove(&address);
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
        let places = Places::new(5);
        let mut taken: Vec<_> = (0..2).map(|_| places.take(ip("2001:db8::1")).unwrap()).collect();
        assert!(places.take(ip("2001:db8::2")).is_err(), "a /64 is one address");
        taken.extend(["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|other| places.take(ip(other)).unwrap()));
        assert!(places.take(ip("192.0.2.4")).is_err() && places.take(None).is_err(), "all are taken");
        drop(taken.remove(0));
        assert!(places.take(ip("2001:db8::2")).is_ok());
        drop(taken);
        assert_eq!((places.taken(), places.lock().by_address.len()), (0, 0));
    }

    #[test]
    fn a_single_place_is_for_everybody() {
        let places = Places::new(1);
        let place = places.take(ip("192.0.2.1")).unwrap();
        let same = place.clone();
        drop(place);
        assert!(places.take(ip("192.0.2.1")).is_err(), "it is still held");
        drop(same);
        assert!(places.take(ip("192.0.2.1")).is_ok());
    }
}
