//! A notes app on Latchkey: what stays while pages come and go.

mod editor;
mod list;
mod pages;
mod route;

use latchkey_yew::{GuardedSwitch, SessionConfig, SessionProvider, SessionUi, SignedIn, SignedOut, Toaster};
use latchkey_yew::{use_sign_out, use_user};
use route::Route;
use yew::prelude::*;
use yew_router::prelude::*;

#[component]
fn App() -> Html {
    html! {
        <BrowserRouter>
            <SessionProvider<Route> config={SessionConfig::default()}>
                <Top />
                <main><GuardedSwitch<Route> render={show} /></main>
                <SessionUi />
                <Toaster />
            </SessionProvider<Route>>
        </BrowserRouter>
    }
}

/// The page of a route. It is shown only to those who may see it.
fn show(route: Route) -> Html {
    match route {
        Route::Home => html! { <pages::Home /> },
        Route::SignIn => html! { <pages::SignIn /> },
        Route::Notes => html! { <list::List /> },
        Route::Note { id } => html! { <editor::Editor key={id} {id} /> },
        Route::NotFound => html! { <pages::NotFound /> },
    }
}

#[component]
fn Top() -> Html {
    let user = use_user();
    let sign_out = use_sign_out();
    html! {
        <header class="top">
            <Link<Route> classes="brand" to={Route::Home}>{ "Notes" }</Link<Route>>
            <SignedIn>
                <Link<Route> to={Route::Notes}>{ "My notes" }</Link<Route>>
                <span class="who">{ user.map(|user| user.name.clone()) }</span>
                <button class="action quiet" onclick={sign_out.submit.reform(|_| ())}>{ "Sign out" }</button>
            </SignedIn>
            <SignedOut>
                <Link<Route> to={Route::SignIn}>{ "Sign in" }</Link<Route>>
            </SignedOut>
        </header>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
