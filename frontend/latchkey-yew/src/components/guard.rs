//! The guard of a page: shows it only to users who may see it. It never shows a protected page before the session is known, and
//! does not break the Back button.

use latchkey_shared::{Access, EndReason};
use yew::prelude::*;
use yew_router::AnyRoute;
use yew_router::hooks::{use_location, use_navigator};
use yew_router::navigator::Navigator;

use super::page_skeleton::page_skeleton;
use super::unsaved_input::use_unsaved_input;
use crate::browser::leave_for;
use crate::hooks::use_session;
use crate::route::Routes;
use crate::runtime::{SessionManager, use_manager};
use crate::sign_in_query::{SignInQuery, below_base};
use crate::view::{SessionState, SessionView};

/// What the guard does.
#[derive(Clone, Debug, PartialEq, Eq)]
enum GuardDecision {
    /// Show the page.
    Show,
    /// Keep the page mounted but hidden: the user is asked to sign in again, or the session is not confirmed yet.
    Hide,
    /// Show a skeleton: it is not known who is signed in.
    Wait,
    /// Redirect to the sign-in page.
    SignIn(SignInQuery),
    /// Redirect from the sign-in page to this path; the user is signed in.
    Redirect(String),
}

/// Decides what the guard does. `current` is the path, query and fragment of the page; `query` is used on the sign-in page.
fn decide(access: Access, view: &SessionView, current: &str, query: &SignInQuery, routes: &Routes) -> GuardDecision {
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
        (Access::SignedIn, SessionState::Anonymous) => sign_in(Some(current), Some(EndReason::SessionMissing)),
        (Access::SignedIn, SessionState::Ended(cause)) => sign_in(Some(current), cause.reason()),
        // A user who signed out does not want to return to the page.
        (Access::SignedIn, SessionState::SignedOut) => sign_in(None, Some(EndReason::SignedOut)),
    }
}

fn sign_in(next: Option<&str>, reason: Option<EndReason>) -> GuardDecision {
    GuardDecision::SignIn(SignInQuery { next: next.map(str::to_owned), reason })
}

/// Performs a redirect. It replaces the location, so that Back does not lead into the guard again.
fn apply_decision(navigator: &Navigator, manager: &SessionManager, decision: &GuardDecision) {
    let address = match decision {
        GuardDecision::Show | GuardDecision::Hide | GuardDecision::Wait => return,
        GuardDecision::SignIn(query) => query.address(manager.routes(), navigator.basename()),
        GuardDecision::Redirect(path) if manager.routes().guarded(path).is_some() => return leave_for(path),
        GuardDecision::Redirect(path) => path.clone(),
    };
    manager.redirect(|| navigator.replace(&AnyRoute::new(address)));
}

/// See [`Guard`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct GuardProps {
    /// Who may see the page.
    pub(super) access: Access,
    /// Whether the page keeps its input when the session ends.
    pub(super) keeps_input: bool,
    /// The page.
    pub(super) children: Html,
}

/// Shows a page to users who may see it, and redirects the others.
#[component]
pub(super) fn Guard(props: &GuardProps) -> Html {
    let view = use_session();
    let location = use_location();
    let navigator = use_navigator();
    let manager = use_manager();
    #[cfg(debug_assertions)]
    manager.set_guarded();

    let base = navigator.as_ref().and_then(Navigator::basename);
    let (id, current, query) = location.map_or_else(Default::default, |location| {
        let current = [location.path(), location.query_str(), location.hash()].concat();
        (location.id(), below_base(current, base), SignInQuery::of(&location, manager.routes(), base))
    });
    let decision = decide(props.access, &view, &current, &query, manager.routes());
    let owner = use_reset_on_user_change(props.access, &view, &decision);

    use_effect_with((decision.clone(), id), move |(decision, _)| {
        if let Some(navigator) = navigator {
            apply_decision(&navigator, &manager, decision);
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

/// The id of the user for whom a protected page is rendered. It is the page's key: for another user the page is mounted anew,
/// and that user is redirected to the home page.
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
