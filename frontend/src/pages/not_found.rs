//! What stands at every address that is no page.

use latchkey_shared::Page;
use yew::prelude::*;

use crate::components::{NavLink, PageHeading};
use crate::route::Route;

/// The page that says that there is none.
#[component]
pub fn NotFound() -> Html {
    html! {
        <article class="page">
            <div class="page__head">
                <PageHeading title="Page not found">{ "No page behind this door" }</PageHeading>
                <p class="lead">{ "There is no page at this address. It may have moved, or the address has a slip in it." }</p>
            </div>
            <p><NavLink class="button" to={Route::Page(Page::Home)}>{ "Back to the start" }</NavLink></p>
        </article>
    }
}
