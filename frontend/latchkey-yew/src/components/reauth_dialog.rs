//! The dialog in which a user signs in again over the page that they work on. The browser's own modal dialog keeps the focus
//! inside and gives it back. Everything outside of it is out of reach while it is open, so the toasts show inside.

use yew::prelude::*;

use super::credentials_form::CredentialsForm;
use crate::browser::dom;
use crate::core::event::Event as SessionEvent;
use crate::hooks::use_session;
use crate::runtime::use_manager;
use crate::texts::Message;
use crate::toast::{Toaster, ToasterPlace, use_toaster_place};
use crate::view::{ReauthPurpose, SessionState};

/// The dialog. It stands in the page from the start, closed, and needs no properties.
#[component]
pub fn ReauthDialog() -> Html {
    let view = use_session();
    let manager = use_manager();
    let texts = manager.texts().clone();
    let dialog = use_node_ref();

    // After each render: a browser may have closed it by itself.
    let (opened, open) = (dialog.clone(), view.reauth.is_some());
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

    let has_ended = matches!(view.session, SessionState::Ended(_));
    let confirms = view.reauth.as_ref().is_some_and(|reauth| reauth.purpose == ReauthPurpose::Confirm);
    let (message, away) = match &view.session {
        SessionState::Ended(cause) => {
            (Message::new(texts.end(cause).title, texts.reauth_after_end.clone()), &texts.leave)
        }
        _ if confirms => (texts.reauth_to_confirm.clone(), &texts.cancel),
        _ => (texts.reauth_before_end.clone(), &texts.not_now),
    };
    html! {
        <dialog
            class="lk-reauth"
            role="alertdialog"
            aria-labelledby="reauth-title"
            aria-describedby="reauth-words"
            ref={dialog}
            {oncancel}
            onclose={leave.reform(|_| ())}
        >
            <Toaster place={ToasterPlace::Dialog} />
            <div class="lk-reauth__body">
                if let Some(reauth) = &view.reauth {
                    <h2 class="lk-reauth__title" id="reauth-title">{ message.title }</h2>
                    <p class="lk-reauth__words" id="reauth-words">{ message.detail }</p>
                    // A session that is still there hands on whether it is remembered.
                    <CredentialsForm id_prefix="reauth-" email={reauth.email.clone()} offers_remember={has_ended}>
                        <button type="button" class="lk-button lk-button--quiet" onclick={leave.reform(|_| ())}>{ away }</button>
                    </CredentialsForm>
                }
            </div>
        </dialog>
    }
}
