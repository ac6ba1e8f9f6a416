//! Latchkey's single-page app.
//!
//! The rooms: `app` wires everything; `session` knows who is signed in and `toast` tells people things, and both lift out
//! into another app with `api`, `browser` and the `shared` crate beside them; `api` talks to the server; `browser` is the
//! only room that touches web-sys; `pages` and `components` are what people see.

pub mod app;
pub mod route;
pub mod session;
pub mod toast;

pub mod components;
pub mod pages;

pub mod api;
pub mod browser;

pub use app::start;
