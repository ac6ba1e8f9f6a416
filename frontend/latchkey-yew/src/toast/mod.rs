//! Short messages in a corner of the page. A toast has an id; another toast with the same id replaces it.
//!
//! `message` is a toast, `queue` the rules, `handle` shows toasts, `toaster` is their place, `toast_list` renders them,
//! and `pause` stops their timers while the user reads.

mod handle;
mod message;
mod queue;
mod toaster;

mod pause;
mod toast_list;

pub(crate) use handle::use_new_toasts;
pub use handle::{ToastProvider, ToastProviderProps, Toasts, use_toaster_place, use_toasts};
pub(crate) use message::ToastId;
pub use message::{Toast, Tone};
pub use queue::{ToastQueue, ToasterPlace};
pub use toaster::Toaster;
