//! What a reader that remembers sessions hears of changes: which ones, and up to when it has heard everything.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{StoreError, TokenHash};
use crate::clock::Monotonic;

/// The changes of a store in order, from when the feed was opened. Dropping it gives up its place: whoever opens another one
/// has to forget everything.
#[async_trait]
pub trait ChangeFeed: Send {
    /// The changes since the last batch. Waits for `wait` first, or less if the store says that something has changed.
    async fn next(&mut self, wait: Duration) -> Result<Batch, StoreError>;
}

/// Changes, and what is known once they have been applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The sessions that changed.
    pub changed: Changed,
    /// Every change that was committed before this instant is in this batch or an earlier one.
    pub as_of: Monotonic,
    /// What time it is for the store, if its clock is the one that decides deadlines.
    pub now: Option<Timestamp>,
}

/// The sessions that changed: ended, deleted, another deadline, another version of their user. Activity is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// These.
    Tokens(Vec<TokenHash>),
    /// Any of them: there were more than the store remembers, or it is not the store any more that it was.
    Everything,
}
