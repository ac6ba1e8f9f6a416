//! The queue in a yewdux store, and the hook through which anybody may add a toast.

use yew::prelude::*;
use yewdux::prelude::*;

use super::{Toast, ToastQueue};

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
    pub fn show(&self, _toast: Toast) {}

    /// Takes a toast away.
    pub fn dismiss(&self, _id: &str) {}
}

/// A handle on the toasts; using it renders nothing again.
#[hook]
pub fn use_toasts() -> Toasts {
    Toasts(use_dispatch())
}
