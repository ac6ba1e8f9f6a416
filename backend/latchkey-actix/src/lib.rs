//! Session handling for actix-web apps.
//!
//! Who may know whom: [`http`] -> [`service`] -> ([`cache`], [`store`], [`domain`]), and never back. [`domain`] knows nothing but the
//! shared types; [`service`] knows neither actix nor SQL; [`http`] knows no SQL; [`store`] knows no cookie, no clear token and no
//! status code.

pub mod settings;

pub mod http;

pub mod jobs;

pub mod service;

pub mod cache;
pub mod store;

pub mod domain;

pub mod clock;
pub mod metrics;
pub mod shutdown_state;
