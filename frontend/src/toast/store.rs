//! The queue in a yewdux store, and the hook through which anybody shows a toast.

use yew::prelude::*;
use yewdux::prelude::*;

use super::{Toast, ToastQueue};
use crate::browser::now_ms;

impl Store for ToastQueue {
    fn new(_context: &yewdux::Context) -> Self {
        Self::default()
    }

    fn should_notify(&self, old: &Self) -> bool {
        self != old
    }
}

/// A handle on the toasts.
#[derive(Clone, Debug)]
pub struct Toasts(Dispatch<ToastQueue>);

impl Toasts {
    /// Shows a toast.
    pub fn show(&self, toast: Toast) {
        self.0.reduce_mut(|queue| queue.show(toast, now_ms()));
    }

    /// Takes a toast away.
    pub fn dismiss(&self, id: &str) {
        self.0.reduce_mut(|queue| queue.dismiss(id));
    }
}

/// A handle on the toasts. It does not render its user again when they change.
#[hook]
pub fn use_toasts() -> Toasts {
    Toasts(use_dispatch())
}
