//! Where a person is signed in.

use yew::prelude::*;

use crate::components::PageHeading;

/// The sessions page.
#[component]
pub fn Sessions() -> Html {
    html! { <article class="page"><PageHeading title="Sessions">{ "Sessions" }</PageHeading></article> }
}
