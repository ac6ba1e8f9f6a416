//! Requests to the server and what their answers mean. Apps send theirs through the session's client.

mod error;
mod parts;
mod reading;
mod response;
pub(crate) mod session;

pub use error::ApiError;
pub(crate) use parts::{Activity, RequestParts};
pub(crate) use reading::{Problems, empty};
pub use response::ApiResponse;
pub(super) use session::{SessionRequest, below, login, logout, me, refresh, verify_session};
