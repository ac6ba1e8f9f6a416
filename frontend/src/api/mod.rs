//! The server's API, one function a call. Only the session's manager and hooks call it; pages use hooks.

mod session;

mod answer;
mod error;
mod send;

pub use error::ApiError;
pub use session::{login, logout, me, refresh, verify_session};
