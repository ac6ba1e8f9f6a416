//! Links to pages of the app. [`AppShell`](super::AppShell) handles their clicks, so that no document is loaded.

use yew::prelude::*;

use crate::route::Route;

/// A link to a page; `current` marks the page that is open.
pub fn nav_link(route: Route, class: &'static str, current: bool, label: Html) -> Html {
    html! { <a {class} href={route.path()} aria-current={current.then_some("page")}>{ label }</a> }
}
