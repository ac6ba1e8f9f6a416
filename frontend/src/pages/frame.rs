//! Ties the layout to the session: who may sign in or out in the header, and whether the server answers.

use latchkey_shared::Page;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::{Layout, nav_link};
use crate::route::Route;
use latchkey_yew::browser::time_of_day;
use latchkey_yew::components::Button;
use latchkey_yew::{Reachability, SessionState, use_session, use_sign_out};

/// See [`Frame`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FrameProps {
    /// The page.
    pub children: Html,
}

/// What stays around the pages while they come and go.
#[component]
pub fn Frame(props: &FrameProps) -> Html {
    let store = use_session();
    let sign_out = use_sign_out();
    let main = use_node_ref();
    let navigator = use_navigator();
    let current = match use_route::<Route>() {
        Some(Route::Page(page)) => Some(page),
        Some(Route::NotFound) | None => None,
    };
    let action = match &store.session {
        SessionState::Unknown => Html::default(),
        SessionState::Active(active) => {
            let onclick = sign_out.submit;
            let button = Button { class: "button--quiet", onclick, ..Button::default() }.view("Sign out");
            let name = (!store.unverified).then(|| active.user.name.clone());
            html! { <><span class="site-user">{ name }</span>{ button }</> }
        }
        SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => {
            nav_link(Page::Auth, "button button--quiet", current == Some(Page::Auth), "Sign in".into())
        }
    };
    let unreachable = match store.reachability {
        Reachability::Reachable => None,
        Reachability::Unreachable { since_ms, offer_reload } => Some((time_of_day(since_ms), offer_reload)),
    };
    Layout { current, action, unreachable, main, navigator, page: props.children.clone() }.view()
}
