//! What pages are built of. Components know nothing of sessions: what they show comes in as properties, what happens to
//! them goes out through callbacks.

mod layout;
mod reconnecting;
mod site_header;

mod button;
mod check_field;
mod countdown;
mod nav_link;
mod notice;
mod page_heading;
mod page_skeleton;
mod submission_error;
mod text_field;

pub mod duration;

mod icon;

pub use button::Button;
pub use check_field::CheckField;
pub use icon::Icon;
pub use layout::Layout;
pub use nav_link::nav_link;
pub use notice::{NoticeTone, notice};
pub use page_heading::PageHeading;
pub use page_skeleton::page_skeleton;
pub use submission_error::{SubmissionError, submission_error};
pub use text_field::TextField;
