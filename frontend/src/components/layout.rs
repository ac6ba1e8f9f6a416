//! The frame around every page.

use yew::prelude::*;

/// See [`Layout`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LayoutProps {
    /// The page.
    pub children: Html,
}

/// The frame around every page.
#[component]
pub fn Layout(props: &LayoutProps) -> Html {
    html! { <main>{ props.children.clone() }</main> }
}
