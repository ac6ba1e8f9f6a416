//! The feed of changed sessions, by which a cache stays consistent with the store.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{StoreError, TokenHash};
use crate::clock::Monotonic;

/// The changes of a store, in order, since the feed was opened. After opening another feed, a cache must be emptied, because changes in
/// between are unknown.
#[async_trait]
pub trait ChangeFeed: Send {
    /// The changes since the last batch. Waits for `wait` first, or less if the store notifies of a change.
    async fn next(&mut self, wait: Duration) -> Result<Batch, StoreError>;
}

/// Changed sessions, and the instant up to which they are complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The sessions that changed.
    pub changed: Changed,
    /// Every change that was committed before this instant is in this batch or an earlier one.
    pub as_of: Monotonic,
    /// The store's current time, if its clock decides deadlines.
    pub now: Option<Timestamp>,
}

/// Which sessions changed: they ended, were deleted, or have another deadline or another version of their user. Activity does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The sessions with these token hashes.
    Tokens(Vec<TokenHash>),
    /// Any session may have changed: the feed fell behind what the store keeps, or the store's content was replaced.
    Everything,
}
