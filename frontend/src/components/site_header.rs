//! The header: the brand, the main navigation and a place for one action. The links never change, whoever looks at them:
//! a page that needs a session asks for it when it is opened.

use latchkey_shared::Page;
use yew::prelude::*;

use super::NavLink;
use crate::route::Route;

const LINKS: [(Page, &str); 3] = [
    (Page::Home, "Home"),
    (Page::Dashboard, "Dashboard"),
    (Page::Account, "Account"),
];

/// The header of every page. `action` stands at its end; its room is kept while it is empty.
pub(super) fn site_header(current: Option<Page>, action: Html) -> Html {
    html! {
        <header class="site-header">
            <div class="site-header__row">
                <NavLink class="brand" to={Route::Page(Page::Home)}>
                    <span class="brand__mark" aria-hidden="true">{ brand_mark() }</span>
                    { "Latchkey" }
                </NavLink>
                <nav class="site-nav" aria-label="Main">
                    <ul>
                        for (page, name) in LINKS {
                            <li key={name}>
                                <NavLink to={Route::Page(page)} current={current == Some(page)}>{ name }</NavLink>
                            </li>
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
