//! Items for this workspace's own tests. None of them is stable.

pub use crate::{
    clock::Monotonic,
    http::routes::openapi,
    jobs::sweeper::Sweeper,
    service::{PasswordHasher, SessionEvent, SessionService, hash_blocking, sweep::Retention},
    settings::DEVICE_COOKIE,
};
