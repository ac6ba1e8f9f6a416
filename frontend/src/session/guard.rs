//! Keeps a page to those who may see it, by the page table that the server's document guard reads too. It never shows
//! a protected page before it knows, and it leaves the way Back open.

use latchkey_shared::{Access, EndReason, Page, next};
use yew::prelude::*;
use yew_router::AnyRoute;
use yew_router::hooks::{use_location, use_navigator};
use yew_router::navigator::Navigator;

use super::{AuthQuery, SessionState, use_session};

/// What is to be done about a page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// Show it.
    Show,
    /// Show nothing yet: it is not known who is there.
    Wait,
    /// Go to the sign-in page.
    SignIn(AuthQuery),
    /// Go on to a path; the person is signed in already.
    GoOn(String),
}

/// Decides. `here` is the path and query of the page, `query` what the query says if the page is the sign-in page.
fn judge(access: Access, session: &SessionState, here: &str, query: &AuthQuery) -> Verdict {
    match (access, session) {
        (Access::Public, _) | (Access::Protected, SessionState::Active(_)) => Verdict::Show,
        (Access::AuthOnly, SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut) => Verdict::Show,
        (Access::Protected | Access::AuthOnly, SessionState::Unknown) => Verdict::Wait,
        (Access::AuthOnly, SessionState::Active(_)) => {
            Verdict::GoOn(next::destination(query.next.as_deref()).to_owned())
        }
        (Access::Protected, SessionState::Anonymous) => sign_in(Some(here), EndReason::SessionMissing),
        (Access::Protected, SessionState::Ended(reason)) => sign_in(Some(here), *reason),
        // Who signed out did not mean to come back.
        (Access::Protected, SessionState::SignedOut) => sign_in(None, EndReason::SignedOut),
    }
}

fn sign_in(next: Option<&str>, reason: EndReason) -> Verdict {
    Verdict::SignIn(AuthQuery { next: next.map(str::to_owned), reason: Some(reason) })
}

/// Replaces the location, so that Back does not lead into the guard again.
fn leave(navigator: &Navigator, verdict: &Verdict) {
    match verdict {
        Verdict::Show | Verdict::Wait => {}
        Verdict::SignIn(query) => navigator.replace(&AnyRoute::new(query.address())),
        Verdict::GoOn(path) => navigator.replace(&AnyRoute::new(path.clone())),
    }
}

/// See [`Guard`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct GuardProps {
    /// The page that is guarded.
    pub page: Page,
    /// What it shows to those who may see it.
    pub children: Html,
}

/// Shows a page to those who may see it, and leads the others away, once.
#[component]
pub fn Guard(props: &GuardProps) -> Html {
    let store = use_session();
    let location = use_location();
    let navigator = use_navigator();

    let (id, here, query) = location.map_or_else(Default::default, |location| {
        let here = format!("{}{}", location.path(), location.query_str());
        (location.id(), here, AuthQuery::of(&location))
    });
    let verdict = judge(props.page.access(), &store.session, &here, &query);

    use_effect_with((verdict.clone(), id), move |(verdict, _)| {
        if let Some(navigator) = navigator {
            leave(&navigator, verdict);
        }
    });

    match verdict {
        Verdict::Show => props.children.clone(),
        Verdict::Wait | Verdict::SignIn(_) | Verdict::GoOn(_) => {
            html! { <div class="page-skeleton" aria-busy="true"></div> }
        }
    }
}

#[cfg(test)]
mod tests;
