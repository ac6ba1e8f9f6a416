//! Short messages in a corner of the page. A toast has an id: the same id updates, it never shows twice.

mod queue;
mod store;
mod toaster;

pub use queue::{Toast, ToastQueue, Tone};
pub use store::{Toasts, use_toasts};
pub use toaster::Toaster;
