//! The browser features that only the app's own pages use.

pub mod dates;
pub mod links;
