//! The reason why a visitor is on the sign-in page, shown in the page: a toast disappears.

use latchkey_shared::EndReason;
use yew::prelude::*;
use yew_router::hooks::use_location;

use super::callout::CalloutTone;
use crate::runtime::{use_manager, use_view};
use crate::sign_in_query::SignInQuery;
use crate::texts::Message;
use crate::view::SessionState;

/// Why a visitor is on the sign-in page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignInNotice {
    /// How serious it is.
    pub tone: CalloutTone,
    /// The text.
    pub message: Message,
}

/// Why a visitor is on the sign-in page, for an app's own form. [`SignInForm`](super::SignInForm) shows it by itself.
#[hook]
pub fn use_sign_in_notice() -> Option<SignInNotice> {
    let (manager, view, location) = (use_manager(), use_view(), use_location());
    let texts = manager.texts();
    let reason = location.and_then(|location| SignInQuery::of(&location, manager.routes(), None).reason);
    let (tone, message) = match (reason, &view.session) {
        _ if view.sign_out_unconfirmed => (CalloutTone::Warning, texts.sign_out_unconfirmed.clone()),
        // The address has the first reason; another tab may know more. It has no reason that this build does not know.
        (_, SessionState::Ended(cause)) => (cause.reason().map_or(CalloutTone::Warning, tone), texts.end(cause)),
        (Some(reason), _) => (tone(reason), texts.end_reason(reason).clone()),
        (None, _) => return None,
    };
    Some(SignInNotice { tone, message })
}

/// How serious it is that a session is not there.
const fn tone(reason: EndReason) -> CalloutTone {
    match reason {
        EndReason::SessionMissing | EndReason::SignedOut => CalloutTone::Info,
        EndReason::AccountDisabled => CalloutTone::Error,
        _ => CalloutTone::Warning,
    }
}
