//! Short messages in a corner of the page. A toast has an id: the same id updates, it never shows twice.
//!
//! `queue` decides, purely; `store` lets anybody show a toast; `toaster` is what people see, with `hold` for the time during
//! which they read.

mod queue;
mod store;
mod toaster;

mod hold;

pub use queue::{Toast, ToastQueue, ToasterPlace, Tone};
pub use store::{Toasts, use_toaster_place, use_toasts};
pub use toaster::Toaster;
