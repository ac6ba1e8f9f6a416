//! The library as another app uses it: with routes of its own, on a plain `actix_web::HttpServer`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop loudly")]

mod support;

mod admin;
mod mounting;
mod routes;
mod stopping;
mod tasks;
