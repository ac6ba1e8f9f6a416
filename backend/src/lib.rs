//! The binary `latchkey`: flags, commands and telemetry around the library `latchkey-actix`.

pub mod cli;

pub mod config;

pub mod database;
pub mod serve;
pub mod telemetry;
