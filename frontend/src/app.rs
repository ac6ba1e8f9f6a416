//! The wiring: stores, router, session manager, pages, toasts.

use latchkey_shared::{InitialSession, Page};
use yew::prelude::*;
use yew_router::{BrowserRouter, Switch};
use yewdux::YewduxRoot;

use crate::pages::{Account, Dashboard, Frame, Home, Sessions, SignIn, not_found};
use crate::route::Route;
use latchkey_yew::browser::{app_started, page_received_ms, root_element};
use latchkey_yew::toast::Toaster;
use latchkey_yew::{
    ExpiryWarning, Guard, Progress, ReauthDialog, SessionManager, initial_session, use_session_manager,
};

/// Renders the app in the place of index.html's shell, with what the server wrote into the page.
pub fn start() {
    if let Some(root) = root_element() {
        let props = AppProps { initial: initial_session(), received_at_ms: Some(page_received_ms()) };
        yew::Renderer::<App>::with_root_and_props(root, props).render();
    }
}

/// See [`App`].
#[derive(Clone, Debug, Default, PartialEq, Properties)]
pub struct AppProps {
    /// What the server knew when it served the page.
    #[prop_or_default]
    pub initial: Option<InitialSession>,
    /// When the page arrived with that, on the clock of `browser::now_ms`; just now, if it is not said.
    #[prop_or_default]
    pub received_at_ms: Option<u64>,
}

/// The app.
#[component]
pub fn App(props: &AppProps) -> Html {
    html! {
        <YewduxRoot>
            <BrowserRouter>
                <Shell ..props.clone() />
            </BrowserRouter>
        </YewduxRoot>
    }
}

/// What stays while pages come and go.
#[component]
fn Shell(props: &AppProps) -> Html {
    let manager = use_session_manager(props.initial.clone(), props.received_at_ms);
    use_effect_with((), |()| app_started());
    html! {
        <ContextProvider<SessionManager> context={manager}>
            <Progress />
            <Frame><Switch<Route> render={show} /></Frame>
            <ExpiryWarning />
            <ReauthDialog />
            <Toaster />
        </ContextProvider<SessionManager>>
    }
}

/// The page of a route.
fn show(route: Route) -> Html {
    let Route::Page(page) = route else {
        return not_found();
    };
    let content = match page {
        Page::Home => html! { <Home /> },
        Page::Auth => html! { <SignIn /> },
        Page::Dashboard => html! { <Dashboard /> },
        Page::Account => html! { <Account /> },
        Page::Sessions => html! { <Sessions /> },
    };
    html! { <Guard {page}>{ content }</Guard> }
}
