//! The component around an app that has sessions.

use latchkey_shared::api::GUARDED_META;
use yew::prelude::*;
use yew_router::hooks::use_location;

use super::reauth_dialog::use_reauth_dialog;
use super::unguarded::use_unguarded_error;
use crate::browser::page_meta;
use crate::config::SessionConfig;
use crate::route::{Routes, SessionRoute, misconfiguration};
use crate::runtime::{SessionManager, use_session_manager};
use crate::toast::{Toasts, use_new_toasts};

const NO_ROUTER: &str =
    "latchkey-yew: <SessionProvider> follows the routes of the app: put it inside of <BrowserRouter> or another router";

/// See [`SessionProvider`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SessionProviderProps {
    /// The configuration. It is read once, when the provider is mounted.
    #[prop_or_default]
    pub config: SessionConfig,
    /// The app.
    #[prop_or_default]
    pub children: Html,
}

/// Runs the session for the app inside it, and has the dialog in which users sign in again over the page. An app has one, inside its router and around everything that uses the session;
/// it stays mounted across navigations.
///
/// The library has yewdux stores of its own. An app's stores, and an app's `YewduxRoot` inside or around the provider, do not
/// affect them.
///
/// # Panics
/// Without a router around it, if a second one is mounted, or if the app's [`SessionRoute`] would redirect users in circles. The
/// browser's console then has a sentence that says what is wrong. A page that needs a [`GuardedSwitch`](crate::GuardedSwitch) and has none
/// is an error in the console of a debug build.
#[component]
pub fn SessionProvider<R: SessionRoute>(props: &SessionProviderProps) -> Html {
    let toasts = use_new_toasts(&props.config.texts);
    let location = use_location();
    assert!(location.is_some(), "{NO_ROUTER}");
    let routes = || {
        let fault = misconfiguration::<R>();
        assert!(fault.is_none(), "latchkey-yew: {}", fault.unwrap_or_default());
        Routes::of::<R>(page_meta(GUARDED_META).unwrap_or_default())
    };
    let manager = use_session_manager(&props.config, routes, toasts.clone());
    use_unguarded_error(&manager);
    // Not left to the app: requests wait for it, and a page with unsaved input stays for it.
    let reauth_dialog = use_reauth_dialog(&manager);
    html! {
        <ContextProvider<Toasts> context={toasts}>
            <ContextProvider<SessionManager> context={manager}>
                { props.children.clone() }
                { reauth_dialog }
            </ContextProvider<SessionManager>>
        </ContextProvider<Toasts>>
    }
}
