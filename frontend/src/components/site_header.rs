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

/// See [`SiteHeader`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SiteHeaderProps {
    /// The page that is open, if it is one of the table.
    pub current: Option<Page>,
    /// What stands at the end: signing in or out. Its room is kept while it is empty.
    pub action: Html,
}

/// The header of every page.
#[component]
pub fn SiteHeader(props: &SiteHeaderProps) -> Html {
    html! {
        <header class="site-header">
            <div class="site-header__row">
                <NavLink class="brand" to={Route::Page(Page::Home)}>{ brand_mark() }{ "Latchkey" }</NavLink>
                <nav class="site-nav" aria-label="Main">
                    <ul>
                        for (page, name) in LINKS {
                            <li key={name}>
                                <NavLink to={Route::Page(page)} current={props.current == Some(page)}>{ name }</NavLink>
                            </li>
                        }
                    </ul>
                </nav>
                <div class="site-header__action">{ props.action.clone() }</div>
            </div>
        </header>
    }
}

/// A key that is the letter L; index.html and frontend/assets/favicon.svg draw the same.
fn brand_mark() -> Html {
    html! {
        <svg class="brand__mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" fill="#0b5563" />
            <path
                d="M12 13.5V25h9M12 19.5h5.5"
                fill="none"
                stroke="#f0c777"
                stroke-width="3"
                stroke-linecap="round"
                stroke-linejoin="round"
            />
            <circle cx="12" cy="9.5" r="4" fill="none" stroke="#f0c777" stroke-width="3" />
        </svg>
    }
}
