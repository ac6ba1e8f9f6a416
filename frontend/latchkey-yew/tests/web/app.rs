//! The app under test: another one than Latchkey's, with its own routes, its own sign-in and landing pages and a route with a parameter.

use latchkey_shared::InitialSession;
use latchkey_test_kit::Page;
use latchkey_yew::{
    Access, GuardedSwitch, SessionConfig, SessionProvider, SessionRoute, SessionUi, SignInForm, SignedIn, SignedOut,
    Toaster, use_sign_out, use_user,
};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Clone, PartialEq, Routable)]
pub enum Route {
    #[at("/")]
    Landing,
    #[at("/enter")]
    Enter,
    #[at("/notes")]
    Notes,
    #[at("/notes/:id")]
    Note { id: u64 },
    #[not_found]
    #[at("/404")]
    NotFound,
}

impl SessionRoute for Route {
    fn access(&self) -> Access {
        match self {
            Self::Landing | Self::NotFound => Access::Public,
            Self::Enter => Access::SignedOut,
            Self::Notes | Self::Note { .. } => Access::SignedIn,
        }
    }

    fn sign_in() -> Self {
        Self::Enter
    }

    fn home() -> Self {
        Self::Notes
    }

    fn keeps_input(&self) -> bool {
        matches!(self, Self::Note { .. })
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct AppProps {
    pub config: SessionConfig,
    pub base: Option<AttrValue>,
}

#[component]
pub fn App(props: &AppProps) -> Html {
    html! {
        <BrowserRouter basename={props.base.clone()}>
            <SessionProvider<Route> config={props.config.clone()}>
                <Header />
                <main><GuardedSwitch<Route> render={show} /></main>
                <SessionUi />
                <Toaster />
            </SessionProvider<Route>>
        </BrowserRouter>
    }
}

#[component]
fn Header() -> Html {
    let (user, sign_out) = (use_user(), use_sign_out());
    html! {
        <header>
            <Link<Route> to={Route::Landing}>{ "Start" }</Link<Route>>
            <Link<Route> to={Route::Notes}>{ "Notes" }</Link<Route>>
            <SignedIn>
                <span class="who">{ user.map(|user| user.name.clone()) }</span>
                <button onclick={sign_out.submit.reform(|_| ())}>{ "Sign out" }</button>
            </SignedIn>
            <SignedOut><Link<Route> to={Route::Enter}>{ "Enter" }</Link<Route>></SignedOut>
        </header>
    }
}

fn show(route: Route) -> Html {
    match route {
        Route::Landing => html! { <h1>{ "A start" }</h1> },
        Route::Enter => html! { <><h1>{ "Who are you?" }</h1><SignInForm /></> },
        Route::Notes => {
            html! { <><h1>{ "Your notes" }</h1><Link<Route> to={Route::Note { id: 7 }}>{ "Note 7" }</Link<Route>></> }
        }
        Route::Note { id } => html! { <><h1>{ "Note " }{ id }</h1><textarea aria-label="Text" /></> },
        Route::NotFound => html! { <h1>{ "Nothing here" }</h1> },
    }
}

/// The app with yew-router's own switch, which guards nothing.
#[component]
pub fn UnguardedApp(props: &AppProps) -> Html {
    html! {
        <BrowserRouter basename={props.base.clone()}>
            <SessionProvider<Route> config={props.config.clone()}>
                <Header />
                <Switch<Route> render={show} />
            </SessionProvider<Route>>
        </BrowserRouter>
    }
}

/// Opens it at an address with a configuration.
pub async fn open_with(address: &str, config: SessionConfig, base: Option<&'static str>) -> Page {
    Page::open::<App>(address, AppProps { config, base: base.map(AttrValue::Static) }).await
}

/// Opens it at an address, on a page into which the server wrote `initial`.
pub async fn open(address: &str, initial: Option<InitialSession>) -> Page {
    open_with(address, SessionConfig::default().with_initial_session(initial), None).await
}
