//! The app under test: a page for everybody, one for signing in, and one that needs a session.

use latchkey_shared::{InitialSession, Page as Pages};
use latchkey_test_kit::Page;
use latchkey_yew::toast::Toaster;
use latchkey_yew::{
    ExpiryWarning, Guard, Progress, ReauthDialog, SessionManager, SignInForm, use_session_manager, use_sign_out,
    use_user,
};
use yew::prelude::*;
use yew_router::prelude::*;
use yewdux::YewduxRoot;

#[derive(Clone, PartialEq, Routable)]
enum Route {
    #[at("/dashboard")]
    Dashboard,
    #[at("/auth")]
    SignIn,
    #[not_found]
    #[at("/")]
    Home,
}

#[derive(Clone, PartialEq, Properties)]
struct AppProps {
    initial: Option<InitialSession>,
}

#[component]
fn App(props: &AppProps) -> Html {
    html! { <YewduxRoot><BrowserRouter><Shell ..props.clone() /></BrowserRouter></YewduxRoot> }
}

#[component]
fn Shell(props: &AppProps) -> Html {
    let manager = use_session_manager(props.initial.clone(), None);
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
        Route::Dashboard => html! { <Guard page={Pages::Dashboard}><Dashboard /></Guard> },
        Route::SignIn => html! { <Guard page={Pages::Auth}><SignInForm offers_remember=true /></Guard> },
        Route::Home => html! { <Guard page={Pages::Home}><h1>{ "Home" }</h1></Guard> },
    }
}

#[component]
fn Dashboard() -> Html {
    let (user, sign_out) = (use_user(), use_sign_out());
    html! {
        <>
            <h1>{ user.map(|user| format!("Welcome, {}", user.name)) }</h1>
            <button onclick={sign_out.submit.reform(|_| ())}>{ "Sign out" }</button>
        </>
    }
}

/// Opens it at an address, on a page into which the server wrote `initial`.
pub async fn open(address: &str, initial: Option<InitialSession>) -> Page {
    Page::open::<App>(address, AppProps { initial }).await
}
