//! The rules: pure functions of their arguments; where time matters, `now` is one. They know nothing of stores, HTTP or clocks.

pub mod lifetimes;
pub mod session_record;
pub mod throttle;

pub mod public_id;
pub mod token;

pub mod email;
pub mod spelling;
pub mod validation;
