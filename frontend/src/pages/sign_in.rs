//! The sign-in page: why the user is here, and the form.

use latchkey_shared::EndReason;
use yew::prelude::*;

use crate::components::PageHeading;
use latchkey_yew::components::{CalloutTone, notice};
use latchkey_yew::{SessionState, SignInForm, UNCONFIRMED, use_auth_query, use_session};

/// The sign-in page.
#[component]
pub fn SignIn() -> Html {
    let store = use_session();
    let why = match (use_auth_query().reason, &store.session) {
        _ if store.sign_out_unconfirmed => Some((CalloutTone::Warning, UNCONFIRMED)),
        (Some(reason), _) => Some((tone(reason), [reason.title(), reason.detail()])),
        // The address has no word for a reason that only the server knows.
        (None, SessionState::Ended(cause)) => Some((CalloutTone::Warning, [cause.title(), cause.detail()])),
        (None, _) => None,
    };
    let why = why.map(|(tone, [title, detail])| notice(tone, Some(title.to_owned().into()), html! { detail }));
    html! {
        <article class="key-tag sign-in">
            <PageHeading title="Sign in">{ "Sign in" }</PageHeading>
            <SignInForm offers_remember=true notice={why.unwrap_or_default()} />
        </article>
    }
}

/// How serious it is that a session is not there.
const fn tone(reason: EndReason) -> CalloutTone {
    match reason {
        EndReason::SessionMissing | EndReason::SignedOut => CalloutTone::Info,
        EndReason::AccountDisabled => CalloutTone::Error,
        _ => CalloutTone::Warning,
    }
}
