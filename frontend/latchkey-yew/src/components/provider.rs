//! The component around an app that has sessions.

use yew::prelude::*;
use yew_router::hooks::use_location;

use crate::config::SessionConfig;
use crate::route::{Routes, SessionRoute, fault_of};
use crate::runtime::{SessionManager, use_session_manager};
use crate::toast::{Toasts, use_new_toasts};

const NO_ROUTER: &str =
    "latchkey-yew: <SessionProvider> follows the routes of the app: put it inside of <BrowserRouter> or another router";

/// See [`SessionProvider`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SessionProviderProps {
    /// What the app chooses. It is read once, when the provider is mounted.
    #[prop_or_default]
    pub config: SessionConfig,
    /// The app.
    #[prop_or_default]
    pub children: Html,
}

/// Runs the session for the app inside of it. An app has one, inside of its router and around everything that knows of the session;
/// it stays mounted while pages come and go.
///
/// The library keeps what it knows in yewdux stores of its own: an app's stores, and an app's `YewduxRoot` inside or around the
/// provider, have nothing to do with them.
///
/// # Panics
/// With one sentence in the browser's console that says what is wrong: without a router around it, if a second one is mounted, or if
/// the app's [`SessionRoute`] would lead users round in circles.
#[component]
pub fn SessionProvider<R: SessionRoute>(props: &SessionProviderProps) -> Html {
    let toasts = use_new_toasts(&props.config.texts);
    let location = use_location();
    assert!(location.is_some(), "{NO_ROUTER}");
    let routes = || {
        let fault = fault_of::<R>();
        assert!(fault.is_none(), "latchkey-yew: {}", fault.unwrap_or_default());
        Routes::of::<R>()
    };
    let manager = use_session_manager(&props.config, routes, toasts.clone());
    html! {
        <ContextProvider<Toasts> context={toasts}>
            <ContextProvider<SessionManager> context={manager}>
                { props.children.clone() }
            </ContextProvider<SessionManager>>
        </ContextProvider<Toasts>>
    }
}
