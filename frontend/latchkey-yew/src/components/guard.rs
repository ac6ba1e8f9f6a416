//! Keeps a page to those who may see it, by the page table that the server's document guard reads too. It never shows
//! a protected page before it knows, and it leaves the way Back open.

use latchkey_shared::{Access, EndReason, Page, next};
use yew::prelude::*;
use yew_router::AnyRoute;
use yew_router::hooks::{use_location, use_navigator};
use yew_router::navigator::Navigator;

use super::unsaved_input::use_unsaved_input;
use crate::hooks::use_manager;
use crate::hooks::use_session;
use crate::runtime::SessionManager;
use crate::sign_in_query::AuthQuery;
use crate::view::{SessionState, SessionView};

/// What is to be done about a page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum GuardDecision {
    /// Show it.
    Show,
    /// Keep it as it is, out of sight: the person is asked to sign in again over it.
    Hide,
    /// Show nothing yet: it is not known who is there.
    Wait,
    /// Go to the sign-in page.
    SignIn(AuthQuery),
    /// Go on to a path; the person is signed in already.
    Redirect(String),
}

/// Decides. `here` is the path, query and fragment of the page, `query` what the query says if the page is the sign-in page.
fn decide(access: Access, store: &SessionView, here: &str, query: &AuthQuery) -> GuardDecision {
    match (access, &store.session) {
        (Access::SignedIn, SessionState::Active(_)) if store.unverified => GuardDecision::Hide,
        (Access::SignedIn, SessionState::Ended(_)) if store.reauth.is_some() => GuardDecision::Hide,
        (Access::Public, _) | (Access::SignedIn, SessionState::Active(_)) => GuardDecision::Show,
        (Access::SignedOut, SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut) => {
            GuardDecision::Show
        }
        (Access::SignedIn | Access::SignedOut, SessionState::Unknown) => GuardDecision::Wait,
        (Access::SignedOut, SessionState::Active(_)) => {
            let next = query.next.as_deref().and_then(|next| next::safe(next, Page::access_at));
            GuardDecision::Redirect(next.unwrap_or(Page::Dashboard.path()).to_owned())
        }
        (Access::SignedIn, SessionState::Anonymous) => sign_in(Some(here), Some(EndReason::SessionMissing)),
        (Access::SignedIn, SessionState::Ended(cause)) => sign_in(Some(here), cause.reason()),
        // Who signed out did not mean to come back.
        (Access::SignedIn, SessionState::SignedOut) => sign_in(None, Some(EndReason::SignedOut)),
    }
}

fn sign_in(next: Option<&str>, reason: Option<EndReason>) -> GuardDecision {
    GuardDecision::SignIn(AuthQuery { next: next.map(str::to_owned), reason })
}

/// Replaces the location, so that Back does not lead into the guard again.
fn leave(navigator: &Navigator, manager: &SessionManager, decision: &GuardDecision) {
    let address = match decision {
        GuardDecision::Show | GuardDecision::Hide | GuardDecision::Wait => return,
        GuardDecision::SignIn(query) => query.address(),
        GuardDecision::Redirect(path) => path.clone(),
    };
    manager.redirect(|| navigator.replace(&AnyRoute::new(address)));
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
        let here = [location.path(), location.query_str(), location.hash()].concat();
        (location.id(), here, AuthQuery::of(&location))
    });
    let decision = decide(props.page.access(), &store, &here, &query);
    let owner = use_reset_on_user_change(props.page.access(), &store, &decision);

    let manager = use_manager();
    let leading = manager.clone();
    use_effect_with((decision.clone(), id), move |(decision, _)| {
        if let Some(navigator) = navigator {
            leave(&navigator, &leading, decision);
        }
    });

    let oninput = use_unsaved_input(props.page.has_work());
    match decision {
        GuardDecision::Show | GuardDecision::Hide => {
            let hidden = decision == GuardDecision::Hide;
            html! { <div class="guard" key={owner.as_deref().unwrap_or_default()} {hidden} inert={hidden} {oninput}>{ props.children.clone() }</div> }
        }
        GuardDecision::Wait | GuardDecision::SignIn(_) | GuardDecision::Redirect(_) => {
            html! { <div class="page-skeleton" aria-busy="true"></div> }
        }
    }
}

/// Whose protected page it is, so that nothing of it is left when it becomes another's. That one lands on the dashboard.
#[hook]
fn use_reset_on_user_change(access: Access, store: &SessionView, decision: &GuardDecision) -> Option<AttrValue> {
    let owner = use_mut_ref(|| None::<AttrValue>);
    let navigator = use_navigator();
    let user = store.session.user().filter(|_| access == Access::SignedIn);
    let current = user.map(|user| AttrValue::from(user.id.0.clone()));
    let before = owner.borrow().clone();
    if current.is_some() || *decision != GuardDecision::Hide {
        owner.replace(current.clone());
    }
    let changed = before.is_some() && current.is_some() && before != current;
    let manager = use_manager();
    use_effect_with(changed, move |changed| {
        if let Some(navigator) = navigator.filter(|_| *changed) {
            manager.redirect(|| navigator.replace(&AnyRoute::new(Page::Dashboard.path())));
        }
    });
    owner.borrow().clone()
}

#[cfg(test)]
mod tests;
