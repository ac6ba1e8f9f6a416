//! A link to a page of the app. yew-router's `Link` cannot carry `aria-current`, hence this one.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::route::Route;

/// See [`NavLink`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct NavLinkProps {
    /// Where it leads.
    pub to: Route,
    /// Whether that is where the person is.
    #[prop_or_default]
    pub current: bool,
    /// Its CSS classes.
    #[prop_or_default]
    pub class: Classes,
    /// Its words.
    pub children: Html,
}

/// A link that the app follows itself, without loading the document anew.
#[component]
pub fn NavLink(props: &NavLinkProps) -> Html {
    let navigator = use_navigator();
    let to = props.to;
    let follow = Callback::from(move |event: MouseEvent| {
        // With a key held down the person wants another tab, another window, or a download: the browser's business.
        let plain = !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
        if let Some(navigator) = navigator.as_ref().filter(|_| plain) {
            event.prevent_default();
            navigator.push(&to);
        }
    });
    html! {
        <a
            class={props.class.clone()}
            href={to.to_path()}
            aria-current={props.current.then_some("page")}
            onclick={follow}
        >
            { props.children.clone() }
        </a>
    }
}
