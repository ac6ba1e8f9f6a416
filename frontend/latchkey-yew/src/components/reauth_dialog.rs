//! The dialog in which a user signs in again over the page. It is the browser's modal dialog, which keeps the focus inside. Everything outside is inert while it is open, so toasts are shown inside.

use yew::prelude::*;

use super::credentials_form::CredentialsForm;
use crate::browser::dom;
use crate::core::event::Event as SessionEvent;
use crate::hooks::use_session;
use crate::runtime::{SessionManager, use_manager, use_reauth_is_open};
use crate::texts::Message;
use crate::toast::{Toaster, ToasterPlace, use_toaster_place};
use crate::view::{ReauthPurpose, SessionState};

/// The re-authentication dialog, which is in the page while it is open.
#[hook]
pub(super) fn use_reauth_dialog(manager: &SessionManager) -> Html {
    let open = use_reauth_is_open(manager);
    if open {
        dom::remember_focus();
    }
    use_effect_with(open, |&open| {
        move || {
            if open {
                dom::restore_focus();
            }
        }
    });
    if open {
        html! { <ReauthDialog /> }
    } else {
        Html::default()
    }
}

/// The open dialog.
#[component]
fn ReauthDialog() -> Html {
    let view = use_session();
    let manager = use_manager();
    let texts = manager.texts().clone();
    let dialog = use_node_ref();

    // After each rendering: a browser may have closed it.
    let shown = dialog.clone();
    use_effect(move || dom::show_modal(&shown, true));
    use_toaster_place(ToasterPlace::Dialog);

    let dismiss = Callback::from(move |()| manager.handle(SessionEvent::ReauthDismissed));
    // Escape, or a phone's Back gesture. The machine closes the dialog, unless a log-in is in flight.
    let oncancel = {
        let dismiss = dismiss.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            dismiss.emit(());
        })
    };

    let has_ended = matches!(view.session, SessionState::Ended(_));
    let confirms = view.reauth.as_ref().is_some_and(|reauth| reauth.purpose == ReauthPurpose::Confirm);
    let (message, dismiss_label) = match &view.session {
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
            onclose={dismiss.reform(|_| ())}
        >
            <Toaster place={ToasterPlace::Dialog} />
            <div class="lk-reauth__body">
                if let Some(reauth) = &view.reauth {
                    <h2 class="lk-reauth__title" id="reauth-title">{ message.title }</h2>
                    <p class="lk-reauth__words" id="reauth-words">{ message.detail }</p>
                    // If the session is still active, the new one keeps its choice to stay signed in.
                    <CredentialsForm id_prefix="reauth-" email={reauth.email.clone()} keeps_remember={!has_ended}>
                        <button type="button" class="lk-button lk-button--quiet" onclick={dismiss.reform(|_| ())}>{ dismiss_label }</button>
                    </CredentialsForm>
                }
            </div>
        </dialog>
    }
}
