//! Requests to the server and what their answers mean. Pages send theirs through the session's client.

mod error;
mod request;
mod response;
pub(crate) mod session;

pub use error::ApiError;
pub use request::{ApiRequest, TypedRequest};
pub(super) use session::{below, login, logout, me, refresh, verify_session};
