//! The machine's rules, by subject.

mod activity;
mod calls;
mod checks;
mod contact;
mod deadline;
mod ends;
mod news;
mod sign_in;
mod sign_out;
mod start;
mod warning;
