//! The browser, as the rest of the app sees it. No other room touches web-sys.

pub mod dates;
pub mod dom;
