//! A thin line at the top of the window while the check of a navigation takes long: over the content, which stays. Its style
//! keeps it out of sight for the first 150 ms, so that a quick answer shows nothing at all.

use yew::prelude::*;

use crate::runtime::use_navigating;

/// The line. It is for the eyes only: there is nothing to wait for, because the page is there already.
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
