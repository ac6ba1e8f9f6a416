//! Latchkey's server: the JSON API, and the server of the single-page app.
//!
//! The rooms, each of which knows only those below it: [`app`] wires everything, [`http`] speaks HTTP, [`auth`] holds
//! the session's rules, [`store`] keeps users and sessions.

pub mod app;
pub mod background;
pub mod cli;
pub mod config;
pub mod sweeper;
pub mod telemetry;

pub mod http;

pub mod auth;

pub mod store;

pub mod clock;
pub mod metrics;
