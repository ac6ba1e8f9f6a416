//! The pages that need no session.

use latchkey_yew::SignInForm;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::route::Route;

#[component]
pub fn Home() -> Html {
    html! {
        <>
            <h1>{ "A place for what you must not forget" }</h1>
            <p class="lead">{ "Write it down once. It waits for you on every computer you sign in on." }</p>
            <Link<Route> classes="action" to={Route::Notes}>{ "Open my notes" }</Link<Route>>
        </>
    }
}

#[component]
pub fn SignIn() -> Html {
    html! {
        <div class="narrow">
            <h1>{ "Sign in" }</h1>
            <SignInForm />
        </div>
    }
}

#[component]
pub fn NotFound() -> Html {
    html! {
        <>
            <h1>{ "Nothing is here" }</h1>
            <p class="lead">{ "There is no such page, or it is not yours." }</p>
            <Link<Route> to={Route::Notes}>{ "My notes" }</Link<Route>>
        </>
    }
}
