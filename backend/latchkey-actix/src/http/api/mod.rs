//! The endpoints of the JSON API.

pub mod session;

pub mod forward_auth;

pub mod me;
pub mod sessions;
pub mod set_password;

pub mod session_events;

pub mod health;
