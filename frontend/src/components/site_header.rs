//! The header: the brand, the main navigation and a place for one action. The links never change, whoever looks at them:
//! a page that needs a session asks for it when it is opened.

use yew::prelude::*;

use super::nav_link;
use crate::route::Route;

const LINKS: [(Route, &str); 4] = [
    (Route::Home, "Home"),
    (Route::Dashboard, "Dashboard"),
    (Route::Account, "Account"),
    (Route::Sessions, "Sessions"),
];

/// The header of every page. `action` stands at its end; its room is kept while it is empty. `follow` follows its links.
pub(super) fn site_header(current: Option<Route>, action: Html, follow: Callback<MouseEvent>) -> Html {
    let brand = html! {
        <>
            <span class="brand__mark" aria-hidden="true">{ brand_mark() }</span>
            { "Latchkey" }
        </>
    };
    html! {
        <header class="site-header" onclick={follow}>
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

/// A key that is the letter L.
fn brand_mark() -> Html {
    Html::from_html_unchecked(AttrValue::Static(include_str!("../../assets/favicon.svg")))
}
