//! The library as another app uses it: with routes of its own, on a plain `actix_web::HttpServer`.

mod support;

mod admin;
mod mounting;
mod routes;
mod stopping;
mod tasks;
