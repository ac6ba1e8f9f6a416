//! Sessions in memory, so that most checks need no query; and the follower that keeps them consistent with the store.

pub mod cached_session;
pub mod session_cache;

pub mod follower;

pub mod watchers;
