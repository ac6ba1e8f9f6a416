//! Short messages in a corner of the page. A toast has an id: the same id updates, it never shows twice.
//!
//! `queue` decides, purely; `handle` lets anybody show a toast; `toaster` is what people see, with `pause` for the time during
//! which they read.

mod handle;
mod queue;
mod toaster;

mod pause;

pub use handle::{ToastProvider, ToastProviderProps, Toasts, use_toaster_place, use_toasts};
pub use queue::{Toast, ToastQueue, ToasterPlace, Tone};
pub use toaster::Toaster;
