//! A whole app: a page for everybody, a page to sign in, and one that needs a session.

use latchkey_yew::{
    Access, GuardedSwitch, SessionConfig, SessionProvider, SessionRoute, SessionUi, SignInForm, Toaster, use_sign_out,
    use_user,
};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Clone, PartialEq, Routable)]
enum Route {
    #[at("/")]
    Home,
    #[at("/sign-in")]
    SignIn,
    #[at("/notes/:id")]
    Note { id: u64 },
    #[not_found]
    #[at("/404")]
    NotFound,
}

impl SessionRoute for Route {
    fn access(&self) -> Access {
        match self {
            Self::Home | Self::NotFound => Access::Public,
            Self::SignIn => Access::SignedOut,
            Self::Note { .. } => Access::SignedIn,
        }
    }

    /// Where visitors sign in.
    fn sign_in() -> Self {
        Self::SignIn
    }

    /// Where users land who wanted nothing else.
    fn home() -> Self {
        Self::Note { id: 1 }
    }
}

#[component]
fn App() -> Html {
    html! {
        <BrowserRouter>
            <SessionProvider<Route> config={SessionConfig::default()}>
                <GuardedSwitch<Route> render={show} />
                <SessionUi />
                <Toaster />
            </SessionProvider<Route>>
        </BrowserRouter>
    }
}

fn show(route: Route) -> Html {
    match route {
        Route::Home => html! { <Link<Route> to={Route::Note { id: 1 }}>{ "My first note" }</Link<Route>> },
        Route::SignIn => html! { <SignInForm /> },
        Route::Note { id } => html! { <Note {id} /> },
        Route::NotFound => html! { "There is nothing here." },
    }
}

#[derive(PartialEq, Properties)]
struct NoteProps {
    id: u64,
}

/// A page that only signed-in users see.
#[component]
fn Note(props: &NoteProps) -> Html {
    let (user, sign_out) = (use_user(), use_sign_out());
    html! {
        <>
            <h1>{ "Note " }{ props.id }</h1>
            <p>{ user.map(|user| format!("Hello, {}", user.name)) }</p>
            <button onclick={sign_out.submit.reform(|_| ())}>{ "Sign out" }</button>
        </>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
