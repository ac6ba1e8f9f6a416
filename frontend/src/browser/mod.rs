//! What the app's own pages need of the browser.

pub mod dates;
pub mod links;
