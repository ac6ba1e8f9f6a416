//! What pages are built of. Components know nothing of sessions.

mod layout;

pub use layout::Layout;
