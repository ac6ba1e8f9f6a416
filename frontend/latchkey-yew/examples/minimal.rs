//! The session and the toasts in another app: one page of code, and all of it. What your app brings is its pages.
//!
//! `use_session_manager` runs once, where things stay while pages come and go. A `Guard` stands around each page. The
//! pages use hooks, and never call the API.

use latchkey_shared::Page;
use latchkey_yew::toast::Toaster;
use latchkey_yew::{
    ExpiryWarning, Guard, Progress, ReauthDialog, SessionManager, initial_session, use_session_manager, use_sign_out,
    use_user,
};
use yew::prelude::*;
use yew_router::prelude::*;
use yewdux::YewduxRoot;

#[derive(Clone, PartialEq, Routable)]
enum Route {
    #[at("/dashboard")]
    Dashboard,
    #[not_found]
    #[at("/")]
    Home,
}

#[component]
fn App() -> Html {
    html! { <YewduxRoot><BrowserRouter><Shell /></BrowserRouter></YewduxRoot> }
}

/// What stays while pages come and go.
#[component]
fn Shell() -> Html {
    let manager = use_session_manager(initial_session(), None);
    html! {
        <ContextProvider<SessionManager> context={manager}>
            <Progress />
            <Switch<Route> render={show} />
            <ExpiryWarning />
            <ReauthDialog />
            <Toaster />
        </ContextProvider<SessionManager>>
    }
}

fn show(route: Route) -> Html {
    match route {
        Route::Dashboard => html! { <Guard page={Page::Dashboard}><Dashboard /></Guard> },
        Route::Home => html! { <Link<Route> to={Route::Dashboard}>{ "Dashboard" }</Link<Route>> },
    }
}

/// A page that only somebody who is signed in can see.
#[component]
fn Dashboard() -> Html {
    let user = use_user();
    let sign_out = use_sign_out();
    html! {
        <>
            <p>{ user.map(|user| format!("Hello, {}", user.name)) }</p>
            <button onclick={sign_out.submit.reform(|_| ())}>{ "Sign out" }</button>
        </>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
