//! What stands at every address that is no page.

use yew::prelude::*;

use crate::components::{PageHeading, nav_link};
use crate::route::Route;

/// The page that says that there is none.
pub fn not_found() -> Html {
    html! {
        <article class="page">
            <div class="page__head">
                <PageHeading title="Page not found">{ "No page behind this door" }</PageHeading>
                <p class="lead">{ "There is no page at this address. It may have moved, or the address has a slip in it." }</p>
            </div>
            <p>{ nav_link(Route::Home, "lk-button", false, "Back to the start".into()) }</p>
        </article>
    }
}
