//! The placeholder of a page while it is not known whether it may be shown.

use yew::prelude::*;

/// A placeholder without text. Its style shows it only after a delay.
pub fn page_skeleton() -> Html {
    html! { <div class="lk-page-skeleton" aria-busy="true"></div> }
}
