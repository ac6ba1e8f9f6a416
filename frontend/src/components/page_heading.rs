//! The `h1` of a page. It sets the document's title, and takes the focus when the page opens, so that keyboard and screen
//! reader start there.

use std::cell::Cell;

use yew::prelude::*;

use crate::browser::links;
use latchkey_yew::browser::dom;

thread_local! {
    /// Whether a page has been opened since the document was loaded. The first page leaves the focus to the browser.
    static OPENED: Cell<bool> = const { Cell::new(false) };
}

/// See [`PageHeading`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PageHeadingProps {
    /// The page's title, for the document.
    pub title: AttrValue,
    /// The heading.
    pub children: Html,
}

/// The `h1` of a page.
#[component]
pub fn PageHeading(props: &PageHeadingProps) -> Html {
    let heading = use_node_ref();
    use_effect_with(props.title.clone(), |title| {
        links::set_title(&format!("{title} · Latchkey"));
    });
    {
        let heading = heading.clone();
        use_effect_with((), move |()| {
            if OPENED.replace(true) {
                dom::focus_when_drawn(heading);
            }
        });
    }
    html! { <h1 tabindex="-1" ref={heading}>{ props.children.clone() }</h1> }
}
