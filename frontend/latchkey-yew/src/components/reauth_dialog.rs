//! The dialog in which a user signs in again over the page that they work on. The browser's own modal dialog keeps the focus
//! inside and gives it back. Everything outside of it is out of reach while it is open, so the toasts show inside.

use yew::prelude::*;

use super::sign_in_form::SignInForm;
use crate::browser::dom;
use crate::core::event::Event as SessionEvent;
use crate::hooks::use_manager;
use crate::hooks::use_session;
use crate::toast::{Toaster, ToasterPlace, use_toaster_place};
use crate::view::{ReauthPurpose, SessionState};

/// The dialog. It stands in the page from the start, closed, and needs no properties.
#[component]
pub fn ReauthDialog() -> Html {
    let store = use_session();
    let manager = use_manager();
    let dialog = use_node_ref();

    // After each render: a browser may have closed it by itself.
    let (opened, open) = (dialog.clone(), store.reauth.is_some());
    use_effect(move || dom::show_modal(&opened, open));
    use_toaster_place(if open { ToasterPlace::Dialog } else { ToasterPlace::Page });

    let leave = Callback::from(move |()| manager.handle(SessionEvent::DialogLeft));
    // Escape, or the way back of a phone. The machine closes the dialog, unless an answer is being waited for.
    let oncancel = {
        let leave = leave.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            leave.emit(());
        })
    };

    let has_ended = matches!(store.session, SessionState::Ended(_));
    let (title, words, away) = match &store.session {
        SessionState::Ended(cause) => {
            (cause.title(), "Sign in again to go on where you were. Nothing is lost.", "Leave")
        }
        _ if store.reauth.as_ref().is_some_and(|reauth| reauth.purpose == ReauthPurpose::Confirm) => {
            ("Is it still you?", "You signed in a while ago. Enter your password once more to go on.", "Cancel")
        }
        _ => ("Sign in again", "Your session ends soon. Sign in again to go on in a new one.", "Not now"),
    };
    html! {
        <dialog
            class="reauth"
            role="alertdialog"
            aria-labelledby="reauth-title"
            aria-describedby="reauth-words"
            ref={dialog}
            {oncancel}
            onclose={leave.reform(|_| ())}
        >
            <Toaster place={ToasterPlace::Dialog} />
            <div class="reauth__body">
                if let Some(asking) = &store.reauth {
                    <h2 id="reauth-title">{ title }</h2>
                    <p id="reauth-words">{ words }</p>
                    // A session that is still there hands on whether it is remembered.
                    <SignInForm id_prefix="reauth-" email={asking.email.clone()} offers_remember={has_ended}>
                        <button type="button" class="button button--quiet" onclick={leave.reform(|_| ())}>{ away }</button>
                    </SignInForm>
                }
            </div>
        </dialog>
    }
}
