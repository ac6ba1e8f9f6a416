//! Parts of a page that only some may see.

use yew::prelude::*;

use crate::hooks::use_session;
use crate::view::{SessionState, SessionView};

/// See [`SignedIn`] and [`SignedOut`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ConditionProps {
    /// What is shown.
    #[prop_or_default]
    pub children: Html,
}

/// What is to be done with what only signed-in users may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Showing {
    /// Show it.
    Shown,
    /// Keep it as it is, out of sight.
    Hidden,
    /// Do not render it.
    Absent,
}

fn showing(view: &SessionView) -> Showing {
    match &view.session {
        SessionState::Active(_) if view.unverified => Showing::Hidden,
        SessionState::Active(_) => Showing::Shown,
        SessionState::Ended(_) if view.reauth.is_some() => Showing::Hidden,
        SessionState::Unknown | SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => {
            Showing::Absent
        }
    }
}

/// Shows its children while somebody is signed in; nothing while that is not known yet. They begin anew when another user signs in, and
/// stay mounted out of sight while a user signs in again over the page.
#[component]
pub fn SignedIn(props: &ConditionProps) -> Html {
    let view = use_session();
    let owner = use_mut_ref(AttrValue::default);
    if let Some(user) = view.user() {
        owner.replace(user.id.0.clone().into());
    }
    let showing = showing(&view);
    let (hidden, key) = (showing == Showing::Hidden, owner.borrow().to_string());
    html! {
        <div class="lk-guard">
            if showing != Showing::Absent {
                <div class="lk-guard" {key} {hidden} inert={hidden}>{ props.children.clone() }</div>
            }
        </div>
    }
}

/// Shows its children while nobody is signed in; nothing while that is not known yet.
#[component]
pub fn SignedOut(props: &ConditionProps) -> Html {
    let view = use_session();
    let shows = matches!(view.session, SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut);
    html! {
        <div class="lk-guard">
            if shows {
                { props.children.clone() }
            }
        </div>
    }
}
