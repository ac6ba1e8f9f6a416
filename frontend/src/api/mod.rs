//! The server's API, one function a call. Only the session's manager and hooks call it; pages use hooks.

mod account;
mod devices;
mod session;

mod answer;
mod call;
mod error;

pub use account::{change_password, change_profile};
pub use call::Call;
pub(crate) use call::Question;
pub use devices::{devices, end_device, end_other_devices};
pub use error::ApiError;
pub use session::{login, logout, me, refresh, verify_session};
