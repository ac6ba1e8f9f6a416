//! A thin line at the top of the window while the check of a navigation is in flight. Its style hides it for the first 150 ms,
//! so that a quick answer shows nothing.

use yew::prelude::*;

use crate::runtime::use_navigating;

/// The progress line. It is hidden from screen readers, because the page is already shown.
#[component]
pub fn Progress() -> Html {
    let navigating = use_navigating();
    html! {
        <div aria-hidden="true">
            if navigating {
                <div class="lk-progress"></div>
            }
        </div>
    }
}
