//! The page that a one-time link leads to, for setting a password without a session. Whose link it is, the page does not know, so while
//! a user is signed in it says that it may be another's.

use latchkey_shared::EndReason;
use latchkey_yew::components::{CalloutTone, callout};
use latchkey_yew::toast::{Toast, use_toasts};
use latchkey_yew::{SessionState, use_session};
use yew::prelude::*;
use yew_router::hooks::use_navigator;

use super::password_form::PasswordForm;
use crate::components::PageHeading;
use crate::route::Route;

/// The page.
#[component]
pub fn SetPassword() -> Html {
    let (view, toasts, navigator, done) = (use_session(), use_toasts(), use_navigator(), use_state_eq(|| false));
    let nobody = !matches!(view.session(), SessionState::Active(_) | SessionState::Unknown);
    // The end of the session was the link's doing, and the user has been told.
    let explained = *view.session() == SessionState::Ended(EndReason::PasswordChanged.into());
    use_effect_with(*done && nobody, move |leaves| {
        if let Some(navigator) = navigator.filter(|_| *leaves) {
            navigator.replace(&Route::SignIn);
            if !explained {
                toasts.show(Toast::success("account", "Password changed").detail("Sign in with it."));
            }
        }
    });
    let user = view.user().filter(|_| !view.unverified());
    let title = if *done { "Password changed" } else { "Set your password" };
    let content = match user {
        _ if !*done => {
            let on_set = {
                let done = done.clone();
                Callback::from(move |()| done.set(true))
            };
            html! {
                <>
                    if let Some(user) = user {
                        { callout(CalloutTone::Info, None, html! {
                            <>
                                { "You are signed in as " }{ &user.email }
                                { ". The link may be for another account, whose password you set then." }
                            </>
                        }) }
                    }
                    <PasswordForm {on_set} />
                </>
            }
        }
        user => html! {
            <p>
                { "It is the password of the account that the link was made for." }
                if let Some(user) = user {
                    { " You are still signed in as " }{ &user.email }{ "." }
                }
            </p>
        },
    };
    html! {
        <article class="key-tag sign-in">
            // Another heading takes the focus.
            <PageHeading key={title} {title}>{ title }</PageHeading>
            { content }
        </article>
    }
}
