//! The rules of the session, pure: no browser, no Yew, no runtime.
//!
//! `machine` takes an `event` and the time and returns `effect`s. The private modules are its rules, one subject each.

pub mod answer;
pub mod authorization;
pub mod effect;
pub mod event;
pub mod notice;
pub mod notice_queue;
pub mod pending_sign_out;
pub mod settings;
pub mod tab_message;

pub mod machine;

mod activity;
mod checks;
mod deadline;
mod ended_sessions;
mod in_flight;
mod lifecycle;
mod limits;
mod reauth;
mod requests;
mod retry;
mod sign_in;
mod sign_out;
mod start;
mod tabs;
mod warning;

#[cfg(test)]
pub(crate) mod test_bench;
#[cfg(test)]
mod tests;
