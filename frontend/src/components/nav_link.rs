//! A link to a page of the app: a plain one, which the [layout](super::layout) follows without loading the document anew.

use latchkey_shared::Page;
use yew::prelude::*;

/// A link to a page. `current` says that it is the one that is open.
pub fn nav_link(page: Page, class: &'static str, current: bool, words: Html) -> Html {
    html! { <a {class} href={page.path()} aria-current={current.then_some("page")}>{ words }</a> }
}
