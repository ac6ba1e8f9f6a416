//! Nothing of a user stays in the document when they are gone, and nothing that was begun for them speaks to the next one.
//! Pages see to it by themselves: a guard removes them together with what was typed there.

use yew::prelude::*;
use yewdux::use_selector;

use super::SessionStore;
use super::initial::forget_initial_session;
use super::notice::NOTICE_ID;
use crate::toast::use_toasts;

/// Forgets the user before, when they are gone or another one is here.
#[hook]
pub(super) fn use_previous_user_forgotten() {
    let user = use_selector(|store: &SessionStore| store.session.user().map(|user| AttrValue::from(user.id.0.clone())));
    let toasts = use_toasts();
    let before = use_mut_ref(|| None);
    use_effect_with(user, move |user| {
        let user: Option<AttrValue> = (**user).clone();
        if before.replace(user.clone()).is_some_and(|before| Some(before) != user) {
            // The server wrote their data into the page.
            forget_initial_session();
        }
        toasts.set_user(user, NOTICE_ID);
    });
}
