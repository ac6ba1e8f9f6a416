//! The wiring: stores, router, session manager, pages, toasts.

use latchkey_shared::Page;
use yew::prelude::*;
use yew_router::{BrowserRouter, Switch};
use yewdux::YewduxRoot;

use crate::pages::{Account, Dashboard, Frame, Home, NotFound, SignIn};
use crate::route::Route;
use crate::session::Guard;
use crate::toast::Toaster;

/// Renders the app over the shell of index.html.
pub fn start() {
    yew::Renderer::<App>::new().render();
}

/// The app.
#[component]
pub fn App() -> Html {
    html! {
        <YewduxRoot>
            <BrowserRouter>
                <Shell />
            </BrowserRouter>
        </YewduxRoot>
    }
}

/// What stays while pages come and go.
#[component]
fn Shell() -> Html {
    html! {
        <>
            <Frame><Switch<Route> render={show} /></Frame>
            <Toaster />
        </>
    }
}

/// The page of a route.
fn show(route: Route) -> Html {
    let Route::Page(page) = route else {
        return html! { <NotFound /> };
    };
    let content = match page {
        Page::Home => html! { <Home /> },
        Page::Auth => html! { <SignIn /> },
        Page::Dashboard => html! { <Dashboard /> },
        Page::Account => html! { <Account /> },
    };
    html! { <Guard {page}>{ content }</Guard> }
}
