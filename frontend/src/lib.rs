//! Latchkey's single-page app, built on the client library `latchkey-yew`.
//!
//! `app` is the root component, `route` lists the pages, `pages` and `components` render them; `api` has the requests that only
//! this app sends, `browser` the browser features that only its pages use.

pub mod app;
pub mod route;

pub mod components;
pub mod pages;

pub mod api;
pub mod browser;

pub use app::start;
