//! The dialog in which a person signs in again over the page that they work on. The browser's own modal dialog keeps the
//! focus inside and gives it back.

use latchkey_shared::Login;
use yew::prelude::*;

use super::hooks::use_manager;
use super::signals;
use super::{SessionState, use_session, use_sign_in};
use crate::browser::dom;

const TOO_MANY: &str = "Too many attempts. Try again in a little while.";

/// The dialog. It stands in the page from the start, closed, and needs no properties.
#[component]
pub fn Reauth() -> Html {
    let store = use_session();
    let manager = use_manager();
    let sign_in = use_sign_in();
    let (dialog, password) = (use_node_ref(), use_node_ref());

    // After each render: a browser may have closed it by itself.
    let (opened, open) = (dialog.clone(), store.asking.is_some());
    use_effect(move || dom::show_modal(&opened, open));
    let retyped = password.clone();
    use_effect_with(sign_in.problem.clone(), move |problem| {
        if problem.is_some() {
            dom::focus_and_select(&retyped);
        }
    });

    let leave = {
        let manager = manager.clone();
        Callback::from(move |()| manager.handle(signals::Event::DialogLeft))
    };
    // Escape, or the way back of a phone. The machine closes the dialog, unless an answer is being waited for.
    let oncancel = {
        let leave = leave.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            leave.emit(());
        })
    };
    let email = store.asking.as_ref().map(|asking| asking.email.clone()).unwrap_or_default();
    let onsubmit = {
        let (email, submit, password) = (email.clone(), sign_in.submit, password.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            submit.emit(Login { email: email.clone(), password: dom::value_of(&password) });
        })
    };

    let (title, words, away) = match &store.session {
        SessionState::Ended(cause) => {
            (cause.title(), "Sign in again to go on where you were. Nothing is lost.", "Leave")
        }
        _ if store.asking.as_ref().is_some_and(|asking| asking.proof) => {
            ("Is it still you?", "You signed in a while ago. Enter your password once more to go on.", "Cancel")
        }
        _ => ("Sign in again", "Your session ends soon. Sign in again to go on in a new one.", "Not now"),
    };
    let problem = sign_in.problem.or_else(|| sign_in.limited_until_ms.map(|_| TOO_MANY.to_owned()));
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
            if store.asking.is_some() {
                <form novalidate=true {onsubmit}>
                    <h2 id="reauth-title">{ title }</h2>
                    <p id="reauth-words">{ words }</p>
                    <div class="reauth__problem" role="alert">{ problem }</div>
                    <label class="field__label" for="reauth-email">{ "Email" }</label>
                    <input
                        class="field__input"
                        id="reauth-email"
                        type="email"
                        autocomplete="username"
                        readonly=true
                        value={email}
                    />
                    <label class="field__label" for="reauth-password">{ "Password" }</label>
                    <input
                        class="field__input"
                        id="reauth-password"
                        type="password"
                        autocomplete="current-password"
                        autofocus=true
                        ref={password}
                    />
                    <div class="reauth__buttons">
                        <button type="submit" class="button" aria-disabled={sign_in.pending.then_some("true")}>
                            { "Sign in" }
                        </button>
                        <button type="button" class="button button--quiet" onclick={leave.reform(|_| ())}>{ away }</button>
                    </div>
                </form>
            }
        </dialog>
    }
}
