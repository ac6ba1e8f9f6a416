#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

// The modules' dependencies: `http` -> `service` -> (`cache`, `store`, `domain`), never back. `domain` uses only the shared types; `service` uses
// neither actix nor SQL; `http` uses no SQL; `store` knows no cookie, no clear token and no status code. A test in `xtask` checks this.

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
pub use settings::{CookieName, Guarded, InvalidSetting, Networks, PublicUrl, SessionRefresh};

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
#[cfg(feature = "postgres")]
pub use store::postgres::PostgresStore;
pub use store::sqlite::SqliteStore;

pub use service::{
    ActiveSession, Admin, AdminError, Client, ImportError, NewUser, PasswordLink, UserEntry, Verdict,
    check_password_hash,
};

pub mod server;

/// The types, error codes and paths that server and client share.
pub use latchkey_shared as shared;

/// An instant, as in the signatures of stores and clocks.
pub use jiff::Timestamp;

#[doc(hidden)]
pub mod testing;
