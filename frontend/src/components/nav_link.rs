//! A link to a page of the app: a plain one, which the [shell](super::AppShell) follows without loading the document anew.

use yew::prelude::*;

use crate::route::Route;

/// A link to a page. `current` says that it is the one that is open.
pub fn nav_link(route: Route, class: &'static str, current: bool, words: Html) -> Html {
    html! { <a {class} href={route.path()} aria-current={current.then_some("page")}>{ words }</a> }
}
