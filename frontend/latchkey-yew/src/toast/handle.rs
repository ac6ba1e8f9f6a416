//! The toast queue in a yewdux store, and the hook to show toasts.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::*;

use super::{Toast, ToastId, ToastQueue, ToasterPlace, Tone};
use crate::browser::now_ms;
use crate::stored::use_stored;
use crate::texts::Texts;

impl Store for ToastQueue {
    fn new(_context: &yewdux::Context) -> Self {
        Self::default()
    }

    fn should_notify(&self, old: &Self) -> bool {
        self != old
    }
}

/// A handle for showing toasts, inside components and outside. Clones share the same queue.
#[derive(Clone, Debug)]
pub struct Toasts {
    dispatch: Dispatch<ToastQueue>,
    /// The user for whom this handle shows toasts, if it is restricted to one.
    user: Option<Option<AttrValue>>,
    /// The texts of the region in which they are shown.
    texts: Rc<Texts>,
    /// How many components show toasts in a dialog.
    dialogs: Rc<Cell<u32>>,
}

impl Toasts {
    /// Shows a toast.
    pub fn show(&self, toast: Toast) {
        change_queue(&self.dispatch, |queue| {
            if self.user.as_ref().is_none_or(|user| user.as_ref() == queue.user()) {
                queue.show(toast, now_ms());
            }
        });
    }

    /// A handle that shows toasts only while the current user is signed in, for work that outlives the component.
    #[must_use]
    pub fn for_this_user(&self) -> Self {
        Self { user: Some(self.user()), ..self.clone() }
    }

    /// The id of the user who is signed in.
    #[must_use]
    pub fn user(&self) -> Option<AttrValue> {
        self.dispatch.get().user().cloned()
    }

    /// Sets the user who is signed in; see [`ToastQueue::set_user`].
    pub(crate) fn set_user(&self, user: Option<AttrValue>) {
        change_queue(&self.dispatch, |queue| queue.set_user(user));
    }

    /// Shows a short text about a success.
    pub fn success(&self, text: impl Into<AttrValue>) {
        self.show_text(Tone::Success, text.into());
    }

    /// Shows a short text about an error.
    pub fn error(&self, text: impl Into<AttrValue>) {
        self.show_text(Tone::Error, text.into());
    }

    /// Shows a short text with information.
    pub fn info(&self, text: impl Into<AttrValue>) {
        self.show_text(Tone::Info, text.into());
    }

    /// The text is also the id, so that the same text is not shown twice.
    fn show_text(&self, tone: Tone, text: AttrValue) {
        self.show(Toast::new(text.clone(), text).tone(tone));
    }

    /// Removes the app's toast with this id.
    pub fn dismiss(&self, id: impl Into<AttrValue>) {
        self.remove(&ToastId::App(id.into()));
    }

    /// Another dialog may be open when one is closed.
    fn count_dialogs(&self, count: fn(u32) -> u32) {
        self.dialogs.set(count(self.dialogs.get()));
        let place = if self.dialogs.get() == 0 { ToasterPlace::Page } else { ToasterPlace::Dialog };
        change_queue(&self.dispatch, |queue| queue.move_to(place));
    }

    pub(crate) fn remove(&self, id: &ToastId) {
        change_queue(&self.dispatch, |queue| drop(queue.take(id)));
    }
}

impl PartialEq for Toasts {
    fn eq(&self, other: &Self) -> bool {
        // A provider has one queue while it is mounted.
        self.user == other.user
    }
}

/// See [`ToastProvider`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ToastProviderProps {
    /// The texts of the region in which toasts are shown.
    #[prop_or_default]
    pub texts: Rc<Texts>,
    /// The content that shows toasts.
    #[prop_or_default]
    pub children: Html,
}

/// Provides toasts to its children, for an app without sessions. [`SessionProvider`](crate::SessionProvider) includes it.
#[component]
pub fn ToastProvider(props: &ToastProviderProps) -> Html {
    let toasts = use_new_toasts(&props.texts);
    html! { <ContextProvider<Toasts> context={toasts}>{ props.children.clone() }</ContextProvider<Toasts>> }
}

/// Toasts for a provider.
#[hook]
pub(crate) fn use_new_toasts(texts: &Rc<Texts>) -> Toasts {
    let texts = Rc::clone(texts);
    let toasts = use_memo((), |()| Toasts {
        dispatch: Dispatch::new(&yewdux::Context::new()),
        user: None,
        texts,
        dialogs: Rc::default(),
    });
    Toasts::clone(&toasts)
}

/// A handle for showing toasts. The component is not rendered again when the toasts change.
///
/// # Panics
/// Outside of [`SessionProvider`](crate::SessionProvider) and [`ToastProvider`].
#[hook]
#[expect(clippy::expect_used, reason = "an app without the provider is miswired; its first render says so")]
pub fn use_toasts() -> Toasts {
    use_context().expect("latchkey-yew: use_toasts and <Toaster> work only inside of <SessionProvider<Route>>")
}

/// Changes the queue.
pub(super) fn change_queue(dispatch: &Dispatch<ToastQueue>, change: impl FnOnce(&mut ToastQueue)) {
    change_queue_boxed(dispatch, Box::new(change));
}

/// Takes a boxed change, so that the store's code is compiled only once.
fn change_queue_boxed(dispatch: &Dispatch<ToastQueue>, change: Box<dyn FnOnce(&mut ToastQueue) + '_>) {
    dispatch.reduce_mut(change);
}

/// A part of the queue, kept current, the dispatch to change it, and the texts of its region.
#[hook]
pub(super) fn use_toast_queue<T: Clone + PartialEq + 'static>(
    select: fn(&Rc<ToastQueue>) -> T,
) -> (T, Dispatch<ToastQueue>, Rc<Texts>) {
    let Toasts { dispatch, texts, .. } = use_toasts();
    (use_stored(&dispatch, select), dispatch, texts)
}

/// Sets the place in which toasts are shown. Call it in the component that opens a modal dialog and has a [`Toaster`](super::Toaster)
/// for that place inside the dialog. When no such component is left, they are shown in the page again.
#[hook]
pub fn use_toaster_place(place: ToasterPlace) {
    let toasts = use_toasts();
    use_effect_with(place, move |&place| {
        let in_dialog = place == ToasterPlace::Dialog;
        if in_dialog {
            toasts.count_dialogs(|dialogs| dialogs + 1);
        }
        move || {
            if in_dialog {
                toasts.count_dialogs(|dialogs| dialogs - 1);
            }
        }
    });
}
