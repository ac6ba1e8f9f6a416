//! The binary `latchkey`: configuration, commands and logging around the library `latchkey-actix`.

pub mod cli;

pub mod config;
pub mod config_file;

pub mod database;
#[cfg(feature = "embedded")]
mod embedded;
pub mod environment;
mod passwords_in_urls;
pub mod serve;
pub mod service_manager;
pub mod telemetry;
