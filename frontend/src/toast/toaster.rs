//! The corner of the page in which toasts show.

use yew::prelude::*;

/// The live region with the toasts. It is in the page from the start, or screen readers would miss the first one.
#[component]
pub fn Toaster() -> Html {
    html! {
        <section class="toaster" aria-label="Notifications" aria-live="polite">
            <ol></ol>
        </section>
    }
}
