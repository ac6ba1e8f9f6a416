//! The queue in a yewdux store, and the hook through which anybody shows a toast.

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

/// A handle on the toasts. Clones are the same, inside components and outside.
#[derive(Clone, Debug)]
pub struct Toasts {
    dispatch: Dispatch<ToastQueue>,
    /// Whom they are for, if not for whoever is here.
    user: Option<Option<AttrValue>>,
    /// The words of the region in which they show.
    texts: Rc<Texts>,
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
    pub(crate) fn set_user(&self, user: Option<AttrValue>) {
        self.dispatch.reduce_mut(|queue| queue.set_user(user));
    }

    /// Says in a few words that something worked.
    pub fn success(&self, text: impl Into<AttrValue>) {
        self.say(Tone::Success, text.into());
    }

    /// Says in a few words that something failed.
    pub fn error(&self, text: impl Into<AttrValue>) {
        self.say(Tone::Error, text.into());
    }

    /// Says something in a few words that is good to know.
    pub fn info(&self, text: impl Into<AttrValue>) {
        self.say(Tone::Info, text.into());
    }

    /// The same words again do not show twice.
    fn say(&self, tone: Tone, text: AttrValue) {
        self.show(Toast::new(text.clone(), text).tone(tone));
    }

    /// Takes the toast with this id away. The session's own stay.
    pub fn dismiss(&self, id: impl Into<AttrValue>) {
        self.take_away(&ToastId::App(id.into()));
    }

    pub(crate) fn take_away(&self, id: &ToastId) {
        self.dispatch.reduce_mut(|queue| {
            queue.take(id);
        });
    }
}

impl PartialEq for Toasts {
    fn eq(&self, other: &Self) -> bool {
        // A provider has one queue for as long as it is mounted.
        self.user == other.user
    }
}

/// See [`ToastProvider`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ToastProviderProps {
    /// The words of the region in which toasts show.
    #[prop_or_default]
    pub texts: Rc<Texts>,
    /// What shows toasts.
    #[prop_or_default]
    pub children: Html,
}

/// Lets what is inside of it show toasts. [`SessionProvider`](crate::SessionProvider) does that too.
#[component]
pub fn ToastProvider(props: &ToastProviderProps) -> Html {
    let toasts = use_new_toasts(&props.texts);
    html! { <ContextProvider<Toasts> context={toasts}>{ props.children.clone() }</ContextProvider<Toasts>> }
}

/// Toasts for a provider.
#[hook]
pub(crate) fn use_new_toasts(texts: &Rc<Texts>) -> Toasts {
    let texts = Rc::clone(texts);
    let toasts = use_memo((), |()| Toasts { dispatch: Dispatch::new(&yewdux::Context::new()), user: None, texts });
    Toasts::clone(&toasts)
}

/// A handle on the toasts. It does not render its user again when they change.
///
/// # Panics
/// Outside of [`SessionProvider`](crate::SessionProvider) and [`ToastProvider`].
#[hook]
#[expect(clippy::expect_used, reason = "an app without the provider is miswired; its first render says so")]
pub fn use_toasts() -> Toasts {
    use_context().expect("latchkey-yew: use_toasts and <Toaster> work only inside of <SessionProvider<Route>>")
}

/// The toasts, kept current, where they change, and the words of their region.
#[hook]
pub(super) fn use_toast_queue() -> (Rc<ToastQueue>, Dispatch<ToastQueue>, Rc<Texts>) {
    let Toasts { dispatch, texts, .. } = use_toasts();
    (use_stored(&dispatch), dispatch, texts)
}

/// Has the toasts show in a place: to be called by the component that opens a modal dialog, with a [`Toaster`](super::Toaster)
/// for that place inside.
#[hook]
pub fn use_toaster_place(place: ToasterPlace) {
    let toasts = use_toasts();
    use_effect_with(place, move |place| toasts.dispatch.reduce_mut(|queue| queue.move_to(*place)));
}
