//! The app's own components, beside those of the library.

mod app_shell;
mod site_header;

mod nav_link;
mod page_heading;

pub mod duration;

mod icon;

pub use app_shell::AppShell;
pub use icon::Icon;
pub use nav_link::nav_link;
pub use page_heading::PageHeading;
