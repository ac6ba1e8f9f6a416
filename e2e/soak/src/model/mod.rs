//! What must be true of the answers, whatever goes wrong between a client and the store. Pure: no I/O, no clock; requests and answers are
//! passed in with the instants at which they began and arrived.
//!
//! A request that is answered took effect, if it did, between its begin and its answer. One without an answer (see
//! [`Answer::Unavailable`]) may have taken effect, may yet do so, or may never. The model allows every answer that some such history
//! explains, and reports all others as a [`Violation`].

mod account;
mod disturbances;
mod judgements;
mod oracle;
mod password;
mod request;
mod session;
mod violation;

pub use disturbances::Disturbance;
pub use oracle::{Oracle, Ticket};
pub use password::PasswordKey;
pub use request::{Answer, Command, Request, UserKey};
pub use violation::{Kind, Violation};

use std::time::Duration;

/// An instant, as the time since the soak began.
pub type At = Duration;

/// How long after it was given up a request without an answer may still take effect: a suspended replica or proxy resumes it. Longer
/// than any fault.
pub const LATE: Duration = Duration::from_secs(30);

/// How long after the end of a fault answers may still be missing.
pub const RECOVERY: Duration = Duration::from_secs(3);

/// How long facts are kept that only requests in flight can still need; longer than any request takes.
const KEPT: Duration = Duration::from_secs(120);

#[cfg(test)]
mod tests;
