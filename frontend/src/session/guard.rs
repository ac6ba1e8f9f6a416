//! Keeps a page to those who may see it, by the page table that the server's document guard reads too. It never shows
//! a protected page before it knows, and it leaves the way Back open.

use latchkey_shared::{Access, EndReason, Page, next};
use yew::prelude::*;
use yew_router::AnyRoute;
use yew_router::hooks::{use_location, use_navigator};
use yew_router::navigator::Navigator;

use super::hooks::use_manager;
use super::manager::SessionManager;
use super::unsaved_input::use_unsaved_input;
use super::{AuthQuery, SessionState, SessionStore, use_session};

/// What is to be done about a page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// Show it.
    Show,
    /// Keep it as it is, out of sight: the person is asked to sign in again over it.
    Keep,
    /// Show nothing yet: it is not known who is there.
    Wait,
    /// Go to the sign-in page.
    SignIn(AuthQuery),
    /// Go on to a path; the person is signed in already.
    GoOn(String),
}

/// Decides. `here` is the path, query and fragment of the page, `query` what the query says if the page is the sign-in page.
fn judge(access: Access, store: &SessionStore, here: &str, query: &AuthQuery) -> Verdict {
    match (access, &store.session) {
        (Access::SignedIn, SessionState::Active(_)) if store.doubtful => Verdict::Keep,
        (Access::SignedIn, SessionState::Ended(_)) if store.asking.is_some() => Verdict::Keep,
        (Access::Public, _) | (Access::SignedIn, SessionState::Active(_)) => Verdict::Show,
        (Access::SignedOut, SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut) => {
            Verdict::Show
        }
        (Access::SignedIn | Access::SignedOut, SessionState::Unknown) => Verdict::Wait,
        (Access::SignedOut, SessionState::Active(_)) => {
            let next = query.next.as_deref().and_then(|next| next::safe(next, Page::access_at));
            Verdict::GoOn(next.unwrap_or(Page::Dashboard.path()).to_owned())
        }
        (Access::SignedIn, SessionState::Anonymous) => sign_in(Some(here), Some(EndReason::SessionMissing)),
        (Access::SignedIn, SessionState::Ended(cause)) => sign_in(Some(here), cause.reason()),
        // Who signed out did not mean to come back.
        (Access::SignedIn, SessionState::SignedOut) => sign_in(None, Some(EndReason::SignedOut)),
    }
}

fn sign_in(next: Option<&str>, reason: Option<EndReason>) -> Verdict {
    Verdict::SignIn(AuthQuery { next: next.map(str::to_owned), reason })
}

/// Replaces the location, so that Back does not lead into the guard again.
fn leave(navigator: &Navigator, manager: &SessionManager, verdict: &Verdict) {
    let address = match verdict {
        Verdict::Show | Verdict::Keep | Verdict::Wait => return,
        Verdict::SignIn(query) => query.address(),
        Verdict::GoOn(path) => path.clone(),
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
    let verdict = judge(props.page.access(), &store, &here, &query);
    let owner = use_owner(props.page.access(), &store, &verdict);

    let manager = use_manager();
    let leading = manager.clone();
    use_effect_with((verdict.clone(), id), move |(verdict, _)| {
        if let Some(navigator) = navigator {
            leave(&navigator, &leading, verdict);
        }
    });

    let oninput = use_unsaved_input(props.page.has_work());
    match verdict {
        Verdict::Show | Verdict::Keep => {
            let kept = verdict == Verdict::Keep;
            html! { <div class="guard" key={owner.as_deref().unwrap_or_default()} hidden={kept} inert={kept} {oninput}>{ props.children.clone() }</div> }
        }
        Verdict::Wait | Verdict::SignIn(_) | Verdict::GoOn(_) => {
            html! { <div class="page-skeleton" aria-busy="true"></div> }
        }
    }
}

/// Whose protected page it is, so that nothing of it is left when it becomes another's. That one lands on the dashboard.
#[hook]
fn use_owner(access: Access, store: &SessionStore, verdict: &Verdict) -> Option<AttrValue> {
    let owner = use_mut_ref(|| None::<AttrValue>);
    let navigator = use_navigator();
    let user = store.session.user().filter(|_| access == Access::SignedIn);
    let current = user.map(|user| AttrValue::from(user.id.0.clone()));
    let before = owner.borrow().clone();
    if current.is_some() || *verdict != Verdict::Keep {
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
