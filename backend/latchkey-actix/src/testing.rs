//! What the tests of this workspace need beside the public API; nothing here is stable.

pub use crate::{
    clock::Monotonic,
    http::routes::openapi,
    jobs::sweeper::Sweeper,
    service::{PasswordHasher, SessionEvent, SessionService, hash_blocking, sweep::Retention},
    settings::DEVICE_COOKIE,
};
