//! Sessions in memory, so that most checks need no query, and what keeps them true to the store.

pub mod cached_session;
pub mod session_cache;

pub mod follower;

pub mod watchers;
