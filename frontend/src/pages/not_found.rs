//! The page for unknown addresses.

use yew::prelude::*;

use crate::components::{PageHeading, nav_link};
use crate::route::Route;

/// The page for unknown addresses.
pub fn not_found() -> Html {
    html! {
        <article class="page">
            <div class="page__head">
                <PageHeading title="Page not found">{ "Page not found" }</PageHeading>
                <p class="lead">{ "There is no page at this address. It may have moved, or the address may be mistyped." }</p>
            </div>
            <p>{ nav_link(Route::Home, "lk-button", false, "Go to the home page".into()) }</p>
        </article>
    }
}
