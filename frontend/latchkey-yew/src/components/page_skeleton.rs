//! What stands where a page will be, while it is not known whether it may be shown.

use yew::prelude::*;

/// A neutral page without words; shell.css lets it appear only if it has to stay for a while.
pub fn page_skeleton() -> Html {
    html! { <div class="lk-page-skeleton" aria-busy="true"></div> }
}
