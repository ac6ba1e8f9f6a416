//! Latchkey's single-page app, on the client library `latchkey-yew`.
//!
//! `app` wires everything, `route` says which pages there are, `pages` and `components` are what users see; `api` has the calls that only
//! this app makes, `browser` what only its pages need of the browser.

pub mod app;
pub mod route;

pub mod components;
pub mod pages;

pub mod api;
pub mod browser;

pub use app::start;
