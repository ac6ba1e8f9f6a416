//! The corner of the page in which toasts show.

use yew::prelude::*;

use super::ToasterPlace;
use super::handle::use_toast_queue;
use super::toast_list::ToastList;

/// See [`Toaster`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ToasterProps {
    /// Its place. It shows the toasts while [that place is set](super::use_toaster_place).
    #[prop_or_default]
    pub place: ToasterPlace,
}

/// The live region with the toasts. It is in its place before the first toast is, or screen readers would miss that one.
/// Escape removes the newest toast, unless a dialog is open, which Escape closes first.
#[component]
pub fn Toaster(props: &ToasterProps) -> Html {
    let ((place, is_empty), _, texts) = use_toast_queue(|queue| (queue.place(), queue.is_empty()));
    let shows = place == props.place;
    let class = match props.place {
        ToasterPlace::Page => "lk-toaster",
        ToasterPlace::Dialog => "lk-toaster lk-toaster--dialog",
    };
    html! {
        <section
            {class}
            aria-label={shows.then(|| texts.notifications.clone())}
            aria-live="polite"
            aria-relevant="additions text"
        >
            <ol class="lk-toaster__list">
                // Without toasts there is nothing to run.
                if shows && !is_empty {
                    <ToastList />
                }
            </ol>
        </section>
    }
}
