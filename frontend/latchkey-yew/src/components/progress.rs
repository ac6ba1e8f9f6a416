//! A thin line at the top of the window while the check of a navigation is in flight. Its style hides it for the first 150 ms,
//! so that a quick answer shows nothing.

use yew::prelude::*;

use crate::runtime::{Shown, use_shown};

/// The progress line.
#[component]
pub fn Progress() -> Html {
    progress(use_shown())
}

/// It is hidden from screen readers, because the page is already shown.
pub(super) fn progress(shown: Shown) -> Html {
    html! {
        <div aria-hidden="true">
            if shown.navigating {
                <div class="lk-progress"></div>
            }
        </div>
    }
}
