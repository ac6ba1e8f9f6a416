//! What the app's pages are built of, beside the fields and buttons of the library. Components know nothing of sessions: what
//! they show comes in as properties, what happens to them goes out through callbacks.

mod layout;
mod site_header;

mod nav_link;
mod page_heading;

pub use layout::Layout;
pub use nav_link::nav_link;
pub use page_heading::PageHeading;
