//! Requests to the server and what their answers mean. Pages send theirs through the session's client.

mod error;
mod request;
mod response;
mod session;

pub use error::ApiError;
pub use request::{ApiRequest, TypedRequest};
pub use session::{login, logout, me, refresh, verify_session};
