//! Runs the session machine in a browser: turns browser signals into events, performs effects, and writes the session's stores.

pub mod api;

mod api_client;
mod api_request;
mod cookie_lock;
mod event_subscription;
mod in_session;
mod initial_session;
mod launch;
mod manager;
mod new_build;
mod notice_toast;
mod notifier;
mod outcome;
mod perform;
mod readers;
mod session_store;
mod sign_out_storage;
mod tab_channel;
mod tab_codec;

pub use api_client::ApiClient;
pub use api_request::ApiRequest;
pub use initial_session::initial_session;
pub(crate) use launch::use_session_manager;
pub(crate) use manager::SessionManager;
pub(crate) use readers::{SessionNotices, use_manager, use_reauth_is_open, use_session_notices, use_view};
