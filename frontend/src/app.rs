//! The root component: router, session, pages and toasts.

use latchkey_yew::{GuardedSwitch, SessionConfig, SessionProvider, Toaster};
use yew::prelude::*;
use yew_router::BrowserRouter;

use crate::components::AppShell;
use crate::pages::{Account, Dashboard, Home, Sessions, not_found, set_password, sign_in};
use crate::route::Route;

/// Renders the app in place of the shell of index.html.
pub fn start() {
    if let Some(root) = latchkey_yew::browser::root_element() {
        yew::Renderer::<App>::with_root(root).render();
    }
}

/// See [`App`].
#[derive(Clone, Debug, Default, PartialEq, Properties)]
pub struct AppProps {
    /// The configuration of the session.
    #[prop_or_default]
    pub config: SessionConfig,
}

/// The app.
#[component]
pub fn App(props: &AppProps) -> Html {
    html! {
        <BrowserRouter>
            <SessionProvider<Route> config={props.config.clone()}>
                <AppShell><GuardedSwitch<Route> render={show} /></AppShell>
                <Toaster />
            </SessionProvider<Route>>
        </BrowserRouter>
    }
}

/// The page of a route.
fn show(route: Route) -> Html {
    match route {
        Route::Home => html! { <Home /> },
        Route::SignIn => sign_in(),
        Route::Dashboard => html! { <Dashboard /> },
        Route::Account => html! { <Account /> },
        Route::Sessions => html! { <Sessions /> },
        Route::SetPassword => set_password(),
        Route::NotFound => not_found(),
    }
}
