//! Where a signed-in person lands: the session that they are in, as facts.

use latchkey_shared::{Session, Timestamp};
use yew::prelude::*;

use crate::browser::dates;
use crate::components::PageHeading;
use crate::components::{Icon, duration};
use latchkey_yew::browser::{now_ms, use_clock};
use latchkey_yew::components::page_skeleton;
use latchkey_yew::use_session;
use latchkey_yew::view::ActiveSession;

/// So near the end each second is told; a little earlier, because it is looked at seldom before.
const SECONDS_COUNT_S: u64 = 140;

/// The dashboard.
#[component]
pub fn Dashboard() -> Html {
    let view = use_session();
    let active = view.active();
    let seconds_count = active.is_some_and(|active| active.left_s(now_ms()) < SECONDS_COUNT_S);
    use_clock(if seconds_count { 1_000 } else { 10_000 });
    let Some(active) = active else {
        return page_skeleton();
    };
    let ActiveSession { user, session, .. } = active;
    html! {
        <article class="page">
            <div class="page__head">
                <PageHeading title="Dashboard">{ "Welcome, " }{ &user.name }</PageHeading>
                <p class="lead">
                    { "You are signed in as " }{ &user.email }{ ". Everything you do here relies on this session." }
                </p>
            </div>
            <div class="beside">
                <section class="key-tag session">
                    <h2>{ "This session" }</h2>
                    { lifetime(session, active.left_s(now_ms())) }
                    <dl class="facts">
                        <div><dt>{ "Signed in" }</dt><dd>{ instant(&session.created_at) }</dd></div>
                        <div><dt>{ "Ends" }</dt><dd>{ instant(&session.expires_at) }</dd></div>
                        <div class="facts__wide">
                            <dt>{ "Session handle" }</dt>
                            <dd><code>{ &session.id.0 }</code></dd>
                        </div>
                    </dl>
                </section>
                <ul class="notes">
                    for (icon, title, words) in notes(session) {
                        <li key={title}>{ icon.view() }<h2>{ title }</h2><p>{ words }</p></li>
                    }
                </ul>
            </div>
        </article>
    }
}

fn instant(instant: &Timestamp) -> Html {
    html! { <time datetime={instant.0.clone()}>{ dates::in_words(instant) }</time> }
}

/// How much is left of how much, as a rail and in words.
fn lifetime(session: &Session, left_s: u64) -> Html {
    let Some(whole_s) = dates::seconds_between(&session.created_at, &session.expires_at) else {
        return Html::default();
    };
    let percent = (left_s * 100 / whole_s).min(100);
    html! {
        <div class="lifetime">
            <svg class="lifetime__rail" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                <rect width={percent.to_string()} height="1" />
            </svg>
            <p>{ duration::in_words(left_s) }{ " left of " }{ duration::in_words(whole_s) }</p>
        </div>
    }
}

/// What is good to know about a session like this one. That it ends when nothing is done must be said before it happens.
fn notes(session: &Session) -> [(Icon, &'static str, AttrValue); 3] {
    let end = match session.idle_timeout_s {
        Some(idle_s) => {
            let words =
                ["After ", &duration::in_words(idle_s), " in which you do nothing, you are signed out."].concat();
            ("It ends when nothing happens", words.into())
        }
        None if session.refreshable => {
            ("The end moves with you", "While you are active, the session is prolonged.".into())
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
            "Sign out when you leave. It ends the session on the server too, not only here.".into(),
        ),
    ]
}
