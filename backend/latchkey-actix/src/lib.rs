//! Session handling for actix-web apps.
//!
//! Who may know whom: `http` -> `service` -> (`cache`, `store`, `domain`), and never back. `domain` knows nothing but the
//! shared types; `service` knows neither actix nor SQL; `http` knows no SQL; `store` knows no cookie, no clear token and no
//! status code.

mod latchkey;

mod builder;
mod settings;

mod http;

mod jobs;

mod service;

mod cache;
pub mod store;

mod domain;

pub mod clock;
mod metrics;
mod shutdown_state;

pub use builder::{BuildError, Builder};
pub use latchkey::{Latchkey, ServeError};
pub use settings::{CookieName, InvalidSetting, Networks, PublicUrl, SessionRefresh};

pub use domain::{
    token::Token,
    validation::{InvalidInput, check_new_password},
};
pub use http::{
    error::ApiError,
    extract::{ApiJson, Authenticated, CurrentSession, MaybeSession, RecentlyAuthenticated},
    middleware::{LatchkeyMiddleware, body_limit::BodyLimit},
    problem::Problem,
    spa::{PolicyError, Spa, SpaError, compressed::write_all as compress_spa},
};
pub use service::{ActiveSession, Admin, AdminError, Client, NewUser, UserEntry, Verdict};

/// The server with bounded connections, for those who do not want actix-web's own.
pub mod server {
    pub use crate::http::server::{
        BoundServer, ManagedServer, ServerOptions,
        connections::Connections,
        descriptors::raise_open_files_limit,
        signals::{Signals, StopSignal},
    };
}

pub use latchkey_shared as shared;

/// What the tests of this workspace need beside the public API; nothing here is stable.
#[doc(hidden)]
pub mod testing {
    pub use crate::{
        clock::Monotonic,
        http::routes::openapi as openapi_document,
        jobs::sweeper::Sweeper,
        service::{PasswordHasher, SessionEvent, SessionService, hash_blocking, sweep::Retention},
        settings::DEVICE_COOKIE,
    };
}
