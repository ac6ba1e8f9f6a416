//! The header: brand, main navigation, and one action. Its links are the same with and without a session; the guard of a page
//! asks for a session if one is needed.

use yew::prelude::*;

use super::nav_link;
use crate::route::Route;

const LINKS: [(Route, &str); 4] = [
    (Route::Home, "Home"),
    (Route::Dashboard, "Dashboard"),
    (Route::Account, "Account"),
    (Route::Sessions, "Sessions"),
];

/// The header. `action` is at its end, where space is reserved for it; `follow_link` handles clicks on the links.
pub(super) fn site_header(current: Option<Route>, action: Html, follow_link: Callback<MouseEvent>) -> Html {
    let brand = html! {
        <>
            <span class="brand__mark" aria-hidden="true">{ brand_mark() }</span>
            { "Latchkey" }
        </>
    };
    html! {
        <header class="site-header" onclick={follow_link}>
            <div class="site-header__row">
                { nav_link(Route::Home, "brand", false, brand) }
                <nav class="site-nav" aria-label="Main">
                    <ul>
                        for (page, name) in LINKS {
                            <li key={name}>{ nav_link(page, "", current == Some(page), name.into()) }</li>
                        }
                    </ul>
                </nav>
                <div class="site-header__action">{ action }</div>
            </div>
        </header>
    }
}

/// The logo: a key in the shape of an L.
fn brand_mark() -> Html {
    Html::from_html_unchecked(AttrValue::Static(include_str!("../../assets/favicon.svg")))
}
