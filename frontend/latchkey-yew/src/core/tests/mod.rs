//! Tests of the machine's rules, by subject, and a model that tries interleavings.

mod activity;
mod checks;
mod deadline;
mod lifecycle;
mod requests;
mod retry;
mod sign_in;
mod sign_out;
mod start;
mod tabs;
mod warning;

mod model;
