//! The rules: pure functions of what they are given and, where time matters, of `now`. They know nothing of stores, HTTP or clocks.

pub mod lifetimes;
pub mod session_record;
pub mod throttle;

pub mod token;

pub mod email;
pub mod spelling;
pub mod validation;
