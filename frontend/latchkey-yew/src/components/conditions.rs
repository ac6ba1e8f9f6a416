//! Parts of a page that depend on whether a user is signed in.

use yew::prelude::*;

use crate::hooks::use_session;
use crate::view::{SessionState, SessionView};

/// See [`SignedIn`] and [`SignedOut`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ConditionProps {
    /// The content.
    #[prop_or_default]
    pub children: Html,
}

/// How content for signed-in users is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Visibility {
    /// Visible.
    Visible,
    /// Mounted, but hidden.
    Hidden,
    /// Not rendered.
    Absent,
}

fn visibility(view: &SessionView) -> Visibility {
    match &view.session {
        SessionState::Active(_) if view.unverified => Visibility::Hidden,
        SessionState::Active(_) => Visibility::Visible,
        SessionState::Ended(_) if view.reauth.is_some() => Visibility::Hidden,
        SessionState::Unknown | SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => {
            Visibility::Absent
        }
    }
}

/// Shows its children while a user is signed in; nothing while that is unknown. The children are mounted anew for another user, and
/// stay mounted but hidden while the user signs in again in the dialog.
#[component]
pub fn SignedIn(props: &ConditionProps) -> Html {
    let view = use_session();
    let owner = use_mut_ref(AttrValue::default);
    if let Some(user) = view.user() {
        owner.replace(user.id.0.clone().into());
    }
    let visibility = visibility(&view);
    let (hidden, key) = (visibility == Visibility::Hidden, owner.borrow().to_string());
    html! {
        <div class="lk-guard">
            if visibility != Visibility::Absent {
                <div class="lk-guard" {key} {hidden} inert={hidden}>{ props.children.clone() }</div>
            }
        </div>
    }
}

/// Shows its children while no user is signed in; nothing while that is unknown.
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
