//! Ties the layout to the session: who may sign in or out in the header, and whether the server answers.

use latchkey_shared::Page;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::{Button, Layout, NavLink};
use crate::route::Route;
use crate::session::{Reachability, SessionState, use_session, use_sign_out};

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
    let current = match use_route::<Route>() {
        Some(Route::Page(page)) => Some(page),
        Some(Route::NotFound) | None => None,
    };
    let action = match store.session {
        SessionState::Unknown => Html::default(),
        SessionState::Active(_) => html! {
            <Button class="button--quiet" pending={sign_out.pending} onclick={sign_out.submit}>{ "Sign out" }</Button>
        },
        SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => html! {
            <NavLink
                class="button button--quiet"
                to={Route::Page(Page::Auth)}
                current={current == Some(Page::Auth)}
            >
                { "Sign in" }
            </NavLink>
        },
    };
    let unreachable = store.reachability != Reachability::Reachable;
    html! { <Layout {current} {action} {unreachable}>{ props.children.clone() }</Layout> }
}
