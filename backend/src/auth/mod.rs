//! The session's rules, and the data access layer that everything which touches a user's data goes through. Nothing
//! here knows HTTP or SQL; nothing here reads a clock but through [`Clock`](crate::clock::Clock).

pub mod service;

mod account;
mod admin;
mod attempt;
mod deed;
mod devices;
mod events;
mod log_in;

pub mod activity;
pub mod address_limit;
pub mod cache;
pub mod door;
pub mod email;
pub mod follower;
pub mod known_session;
pub mod password;
pub mod places;
pub mod policy;
pub mod reader;
pub mod spelling;
pub mod throttle;
pub mod token;
pub mod turns;
pub mod watchers;

pub use account::{Unacceptable, check_name, check_new_password};
pub use admin::Admin;
pub use devices::{Ended, Refreshed};
pub use events::{SessionEvent, SessionEvents};
pub use log_in::{Browser, Denied, SignIn};
pub use service::{ActiveSession, Client, SessionService, Verdict};
pub use token::Token;

/// How long a browser is known in which nobody signs in any more, and how long it keeps its device cookie.
pub const DEVICES_KEPT_FOR: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 60 * 60);
