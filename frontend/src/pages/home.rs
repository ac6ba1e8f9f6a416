//! What this is, for everybody.

use yew::prelude::*;

use crate::components::Icon;
use crate::components::{PageHeading, nav_link};
use crate::route::Route;
use latchkey_yew::{SessionState, use_session};

const PROMISES: [(Icon, &str, &str); 3] = [
    (
        Icon::Check,
        "Checked on every page",
        "Each page you open asks the server once, in the background. You never wait for the answer.",
    ),
    (
        Icon::Words,
        "Told in plain words",
        "When a session ends you read what happened, and where to go on. Once, not five times.",
    ),
    (
        Icon::Shield,
        "Patient with bad networks",
        "While the server is out of reach, nobody signs you out. Your page stays as it is until the answer comes.",
    ),
];

/// The home page.
#[component]
pub fn Home() -> Html {
    let view = use_session();
    let call = match view.session() {
        SessionState::Unknown => Html::default(),
        SessionState::Active(active) => {
            nav_link(Route::Dashboard, "lk-button", false, html! { <>{ "Go on as " }{ &active.user.name }</> })
        }
        _ => nav_link(Route::SignIn, "lk-button", false, "Let yourself in".into()),
    };
    let open = view.active().is_some();
    html! {
        <article class="page">
            <div class="hero">
                <div class="hero__words">
                    <PageHeading title="Home">
                        <span>{ "Stay signed in. " }</span>
                        <span>{ "Know when you’re not." }</span>
                    </PageHeading>
                    <p class="lead">
                        { "Latchkey keeps one honest session between you and the server. It is checked on every page, \
                           ends when it said it would, and tells you why." }
                    </p>
                    <div class="hero__call">{ call }</div>
                </div>
                <div class={classes!("lock", open.then_some("lock--open"))} aria-hidden="true">{ lock_face() }</div>
            </div>
            <ul class="promises">
                for (icon, title, words) in PROMISES {
                    <li key={title}>
                        { icon.view() }
                        <h2>{ title }</h2>
                        <p>{ words }</p>
                    </li>
                }
            </ul>
        </article>
    }
}

/// The face of a lock; pages.css turns its rings so that their gates line up when it is open.
fn lock_face() -> Html {
    Html::from_html_unchecked(AttrValue::Static(include_str!("../../assets/lock.svg")))
}
