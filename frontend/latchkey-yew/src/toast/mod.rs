//! Short messages in a corner of the page. A toast has an id: the same id updates, it never shows twice.
//!
//! `message` is a toast; `queue` decides, purely; `handle` lets anybody show a toast; `toaster` is what people see, with `pause` for the time during
//! which they read.

mod handle;
mod message;
mod queue;
mod toaster;

mod pause;

pub(crate) use handle::use_new_toasts;
pub use handle::{ToastProvider, ToastProviderProps, Toasts, use_toaster_place, use_toasts};
pub(crate) use message::ToastId;
pub use message::{Toast, Tone};
pub use queue::{ToastQueue, ToasterPlace};
pub use toaster::Toaster;
