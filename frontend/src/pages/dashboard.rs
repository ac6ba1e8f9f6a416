//! The page after signing in: the current session.

use latchkey_shared::{Session, Timestamp};
use yew::prelude::*;

use crate::browser::dates;
use crate::components::PageHeading;
use crate::components::{Icon, duration};
use latchkey_yew::browser::{now_ms, use_clock};
use latchkey_yew::components::page_skeleton;
use latchkey_yew::use_session;
use latchkey_yew::view::ActiveSession;

/// With less than this left, the page is rendered every second. A little more than the two minutes in which seconds are shown,
/// because it is rendered less often before.
const SHOW_SECONDS_BELOW_S: u64 = 140;

/// The dashboard.
#[component]
pub fn Dashboard() -> Html {
    let view = use_session();
    let active = view.active();
    let shows_seconds = active.is_some_and(|active| active.remaining_s(now_ms()) < SHOW_SECONDS_BELOW_S);
    use_clock(if shows_seconds { 1_000 } else { 10_000 });
    let Some(active) = active else {
        return page_skeleton();
    };
    let ActiveSession { user, session, .. } = active;
    html! {
        <article class="page">
            <div class="page__head">
                <PageHeading title="Dashboard">{ "Welcome, " }{ &user.name }</PageHeading>
                <p class="lead">
                    { "You are signed in as " }{ &user.email }{ "." }
                </p>
            </div>
            <div class="beside">
                <section class="key-tag session">
                    <h2>{ "This session" }</h2>
                    { lifetime(session, active.remaining_s(now_ms())) }
                    <dl class="facts">
                        <div><dt>{ "Signed in" }</dt><dd>{ instant(&session.created_at) }</dd></div>
                        <div><dt>{ "Ends" }</dt><dd>{ instant(&session.expires_at) }</dd></div>
                        <div class="facts__wide">
                            <dt>{ "Session id" }</dt>
                            <dd><code>{ &session.id.0 }</code></dd>
                        </div>
                    </dl>
                </section>
                <ul class="notes">
                    for (icon, title, text) in notes(session) {
                        <li key={title}>{ icon.view() }<h2>{ title }</h2><p>{ text }</p></li>
                    }
                </ul>
            </div>
        </article>
    }
}

fn instant(instant: &Timestamp) -> Html {
    html! { <time datetime={instant.0.clone()}>{ dates::in_words(instant) }</time> }
}

/// The remaining and the whole lifetime, as a bar and in words.
fn lifetime(session: &Session, remaining_s: u64) -> Html {
    let Some(whole_s) = dates::seconds_between(&session.created_at, &session.expires_at) else {
        return Html::default();
    };
    let percent = (remaining_s * 100 / whole_s).min(100);
    html! {
        <div class="lifetime">
            <svg class="lifetime__rail" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                <rect width={percent.to_string()} height="1" />
            </svg>
            <p>{ duration::in_words(remaining_s) }{ " left of " }{ duration::in_words(whole_s) }</p>
        </div>
    }
}

/// Hints about the session. An idle limit is explained here, before it ends the session.
fn notes(session: &Session) -> [(Icon, &'static str, AttrValue); 3] {
    let end = match session.idle_timeout_s {
        Some(idle_s) => {
            let text = ["After ", &duration::in_words(idle_s), " without activity you are signed out."].concat();
            ("It ends when you are inactive", text.into())
        }
        None if session.refreshable => {
            ("The end moves with you", "While you are active, the session is extended.".into())
        }
        None => ("The end is fixed", "What you do here does not move it.".into()),
    };
    [
        (
            Icon::Check,
            "It outlives the window",
            "Closing the browser signs you out only if you chose that when you signed in.".into(),
        ),
        (Icon::Clock, end.0, end.1),
        (
            Icon::Shield,
            "On a shared computer",
            "Sign out when you leave. That ends the session on the server, not only in this browser.".into(),
        ),
    ]
}
