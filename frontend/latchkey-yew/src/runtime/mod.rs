//! Runs the session in a browser: carries its signals to the machine and the machine's effects out, and alone writes the store.

pub mod api;

mod api_client;
mod cookie_lock;
mod event_subscription;
mod initial_session;
mod launch;
mod manager;
mod new_build;
mod notice_toast;
mod notifier;
mod outcome;
mod perform;
mod session_store;
mod sign_out_storage;
mod tab_codec;

pub use api_client::ApiClient;
pub use initial_session::initial_session;
pub use launch::use_session_manager;
pub use manager::SessionManager;
pub use notice_toast::UNCONFIRMED;
pub(crate) use session_store::Navigating;
