//! The queue in a yewdux store, and the hook through which anybody shows a toast.

use yew::prelude::*;
use yewdux::prelude::*;

use super::{Toast, ToastQueue, ToasterPlace};
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
pub struct Toasts {
    dispatch: Dispatch<ToastQueue>,
    /// Whom they are for, if not for whoever is here.
    user: Option<Option<AttrValue>>,
}

impl Toasts {
    /// Shows a toast.
    pub fn show(&self, toast: Toast) {
        self.dispatch.reduce_mut(|queue| {
            if self.user.as_ref().is_none_or(|user| user.as_ref() == queue.user()) {
                queue.show(toast, now_ms());
            }
        });
    }

    /// The same handle, for what is begun for the user who is here now: it shows nothing while they are not.
    #[must_use]
    pub fn for_this_user(&self) -> Self {
        Self { user: Some(self.user()), ..self.clone() }
    }

    /// The id of the user who is here, if one is.
    #[must_use]
    pub fn user(&self) -> Option<AttrValue> {
        self.dispatch.get().user().cloned()
    }

    /// Says who is here from now on; see [`ToastQueue::set_user`].
    pub fn set_user(&self, user: Option<AttrValue>, kept: &str) {
        self.dispatch.reduce_mut(|queue| queue.set_user(user, kept));
    }

    /// Takes a toast away.
    pub fn dismiss(&self, id: &str) {
        self.dispatch.reduce_mut(|queue| queue.dismiss(id));
    }
}

/// A handle on the toasts. It does not render its user again when they change.
#[hook]
pub fn use_toasts() -> Toasts {
    Toasts { dispatch: use_dispatch(), user: None }
}

/// Has the toasts show in a place: to be called by the component that opens a modal dialog, with a [`Toaster`](super::Toaster)
/// for that place inside.
#[hook]
pub fn use_toaster_place(place: ToasterPlace) {
    let dispatch = use_dispatch::<ToastQueue>();
    use_effect_with(place, move |place| dispatch.reduce_mut(|queue| queue.move_to(*place)));
}
