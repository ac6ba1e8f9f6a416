//! The frame around every page: skip link, header, the reconnecting line and the main part. index.html paints the same
//! frame before the app arrives, so that nothing moves when it does: change both together.

use latchkey_shared::Page;
use yew::prelude::*;

use super::reconnecting::reconnecting_line;
use super::site_header::site_header;
use crate::browser::dom;

/// See [`Layout`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LayoutProps {
    /// The page that is open, if it is one of the table.
    pub current: Option<Page>,
    /// What stands at the end of the header.
    pub action: Html,
    /// Whether the server does not answer.
    pub unreachable: bool,
    /// The page.
    pub children: Html,
}

/// The frame around every page.
#[component]
pub fn Layout(props: &LayoutProps) -> Html {
    let main = use_node_ref();
    let skip = {
        let main = main.clone();
        Callback::from(move |event: MouseEvent| {
            // Following the link would be a navigation, and each of those is a check of the session.
            event.prevent_default();
            dom::focus(&main);
        })
    };
    html! {
        <>
            <a class="skip-link" href="#main" onclick={skip}>{ "Skip to content" }</a>
            { site_header(props.current, props.action.clone()) }
            { reconnecting_line(props.unreachable) }
            <main class="site-main" id="main" tabindex="-1" ref={main}>{ props.children.clone() }</main>
        </>
    }
}
