//! Faults of what servers stand on, with real processes: one is killed, the database goes away, is full, slow or has no connection
//! left, another takes its place, and what users do meets on two servers. Whatever happens, what was answered is so, an outage signs
//! nobody out, every answer comes in time, and nobody has to start anything again.

mod fleet;
mod full_disk;
mod killed;
mod races;

#[cfg(feature = "postgres")]
mod exhausted;
#[cfg(feature = "postgres")]
mod fail_over;
#[cfg(feature = "postgres")]
mod load;
#[cfg(feature = "postgres")]
mod outage;
#[cfg(feature = "postgres")]
mod slow;

use std::time::Duration;

/// How old an answer from memory may be by default.
const STALENESS: Duration = Duration::from_secs(1);

/// Within how much time servers go on when their database is back.
#[cfg(feature = "postgres")]
const BACK: Duration = Duration::from_secs(2);

/// For what the machine does beside, where an answer's time is bounded.
#[cfg(feature = "postgres")]
const MARGIN: Duration = Duration::from_secs(4);

/// How long a check takes at the most: a read of the store, and the wait before it.
#[cfg(feature = "postgres")]
const CHECK: Duration = Duration::from_secs(2);
