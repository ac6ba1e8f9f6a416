//! The home page, with or without a session.

use yew::prelude::*;

use crate::components::Icon;
use crate::components::{PageHeading, nav_link};
use crate::route::Route;
use latchkey_yew::{SessionState, use_session};

const FEATURES: [(Icon, &str, &str); 3] = [
    (
        Icon::Check,
        "Checked on every page",
        "Each page that you open checks the session once, in the background. You never wait for the answer.",
    ),
    (Icon::Message, "Explained in plain words", "When a session ends, one message says why, and how to continue."),
    (
        Icon::Shield,
        "Patient with bad networks",
        "While the server is unreachable, you stay signed in, and your page stays as it is until the server answers.",
    ),
];

/// The home page.
#[component]
pub fn Home() -> Html {
    let view = use_session();
    let action = match view.session() {
        SessionState::Unknown => Html::default(),
        SessionState::Active(active) => {
            nav_link(Route::Dashboard, "lk-button", false, html! { <>{ "Continue as " }{ &active.user.name }</> })
        }
        _ => nav_link(Route::SignIn, "lk-button", false, "Go to sign-in".into()),
    };
    let signed_in = view.active().is_some();
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
                    <div class="hero__call">{ action }</div>
                </div>
                <div class={if signed_in { "lock lock--open" } else { "lock" }} aria-hidden="true">{ lock_face() }</div>
            </div>
            <ul class="promises">
                for (icon, title, text) in FEATURES {
                    <li key={title}>
                        { icon.view() }
                        <h2>{ title }</h2>
                        <p>{ text }</p>
                    </li>
                }
            </ul>
        </article>
    }
}

/// The drawing of a lock, whose rings app.css turns when it is open.
fn lock_face() -> Html {
    Html::from_html_unchecked(AttrValue::Static(include_str!("../../assets/lock.svg")))
}
