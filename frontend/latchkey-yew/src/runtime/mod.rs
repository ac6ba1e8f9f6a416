//! Runs the session in a browser: carries its signals to the machine and the machine's effects out, and alone writes the store.

pub mod api;

mod api_client;
mod event_subscription;
mod initial_session;
mod kept;
mod launch;
mod manager;
mod notifier;
mod session_store;

pub use api_client::Calls;
pub use initial_session::initial_session;
pub use launch::use_session_manager;
pub use manager::SessionManager;
pub(crate) use session_store::Navigating;
