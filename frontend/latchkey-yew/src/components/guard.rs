//! Keeps a page to those who may see it, by the page table that the server's document guard reads too. It never shows
//! a protected page before it knows, and it leaves the way Back open.

use latchkey_shared::{Access, EndReason};
use yew::prelude::*;
use yew_router::AnyRoute;
use yew_router::hooks::{use_location, use_navigator};
use yew_router::navigator::Navigator;

use super::page_skeleton::page_skeleton;
use super::unsaved_input::use_unsaved_input;
use crate::hooks::use_session;
use crate::route::Routes;
use crate::runtime::{SessionManager, use_manager};
use crate::sign_in_query::{SignInQuery, below_base};
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
    SignIn(SignInQuery),
    /// Go on to a path; the person is signed in already.
    Redirect(String),
}

/// Decides. `here` is the path, query and fragment of the page, `query` what the query says if the page is the sign-in page.
fn decide(access: Access, view: &SessionView, here: &str, query: &SignInQuery, routes: &Routes) -> GuardDecision {
    match (access, &view.session) {
        (Access::SignedIn, SessionState::Active(_)) if view.unverified => GuardDecision::Hide,
        (Access::SignedIn, SessionState::Ended(_)) if view.reauth.is_some() => GuardDecision::Hide,
        (Access::Public, _) | (Access::SignedIn, SessionState::Active(_)) => GuardDecision::Show,
        (Access::SignedOut, SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut) => {
            GuardDecision::Show
        }
        (Access::SignedIn | Access::SignedOut, SessionState::Unknown) => GuardDecision::Wait,
        (Access::SignedOut, SessionState::Active(_)) => {
            GuardDecision::Redirect(routes.destination(query.next.as_deref()).to_owned())
        }
        (Access::SignedIn, SessionState::Anonymous) => sign_in(Some(here), Some(EndReason::SessionMissing)),
        (Access::SignedIn, SessionState::Ended(cause)) => sign_in(Some(here), cause.reason()),
        // Who signed out did not mean to come back.
        (Access::SignedIn, SessionState::SignedOut) => sign_in(None, Some(EndReason::SignedOut)),
    }
}

fn sign_in(next: Option<&str>, reason: Option<EndReason>) -> GuardDecision {
    GuardDecision::SignIn(SignInQuery { next: next.map(str::to_owned), reason })
}

/// Replaces the location, so that Back does not lead into the guard again.
fn leave(navigator: &Navigator, manager: &SessionManager, decision: &GuardDecision) {
    let address = match decision {
        GuardDecision::Show | GuardDecision::Hide | GuardDecision::Wait => return,
        GuardDecision::SignIn(query) => query.address(manager.routes(), navigator.basename()),
        GuardDecision::Redirect(path) => path.clone(),
    };
    manager.redirect(|| navigator.replace(&AnyRoute::new(address)));
}

/// See [`Guard`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct GuardProps {
    /// Who may see the page.
    pub(super) access: Access,
    /// Whether what is typed into it must not be lost.
    pub(super) keeps_input: bool,
    /// The page.
    pub(super) children: Html,
}

/// Shows a page to those who may see it, and leads the others away, once.
#[component]
pub(super) fn Guard(props: &GuardProps) -> Html {
    let view = use_session();
    let location = use_location();
    let navigator = use_navigator();
    let manager = use_manager();

    let base = navigator.as_ref().and_then(Navigator::basename);
    let (id, here, query) = location.map_or_else(Default::default, |location| {
        let here = [location.path(), location.query_str(), location.hash()].concat();
        (location.id(), below_base(here, base), SignInQuery::of(&location, manager.routes(), base))
    });
    let decision = decide(props.access, &view, &here, &query, manager.routes());
    let owner = use_reset_on_user_change(props.access, &view, &decision);

    use_effect_with((decision.clone(), id), move |(decision, _)| {
        if let Some(navigator) = navigator {
            leave(&navigator, &manager, decision);
        }
    });

    let oninput = use_unsaved_input(props.keeps_input);
    match decision {
        GuardDecision::Show | GuardDecision::Hide => {
            let hidden = decision == GuardDecision::Hide;
            html! { <div class="lk-guard" key={owner.as_deref().unwrap_or_default()} {hidden} inert={hidden} {oninput}>{ props.children.clone() }</div> }
        }
        GuardDecision::Wait | GuardDecision::SignIn(_) | GuardDecision::Redirect(_) => page_skeleton(),
    }
}

/// Whose protected page it is, so that nothing of it is left when it becomes another's. That one lands at home.
#[hook]
fn use_reset_on_user_change(access: Access, view: &SessionView, decision: &GuardDecision) -> Option<AttrValue> {
    let owner = use_mut_ref(|| None::<AttrValue>);
    let navigator = use_navigator();
    let user = view.session.user().filter(|_| access == Access::SignedIn);
    let current = user.map(|user| AttrValue::from(user.id.0.clone()));
    let before = owner.borrow().clone();
    if current.is_some() || *decision != GuardDecision::Hide {
        owner.replace(current.clone());
    }
    let changed = before.is_some() && current.is_some() && before != current;
    let manager = use_manager();
    use_effect_with(changed, move |changed| {
        if let Some(navigator) = navigator.filter(|_| *changed) {
            manager.redirect(|| navigator.replace(&AnyRoute::new(manager.routes().home.clone())));
        }
    });
    owner.borrow().clone()
}

#[cfg(test)]
mod tests;
