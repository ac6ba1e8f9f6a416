//! The page that a one-time link leads to, for setting a password without a session.

use latchkey_shared::{ErrorCode, SetPassword as NewPassword};
use yew::prelude::*;
use yew_router::hooks::{use_location, use_navigator};

use super::password_rules;
use super::submission::use_submission;
use crate::api;
use crate::browser::links;
use crate::components::{PageHeading, nav_link};
use crate::route::Route;
use latchkey_yew::browser::{dom, use_countdown};
use latchkey_yew::components::{Button, TextField, submission_error};
use latchkey_yew::toast::{Toast, use_toasts};
use latchkey_yew::{use_api, use_texts};

/// The page. It takes the token out of the address, so that neither history nor bookmarks keep it.
#[component]
pub fn SetPassword() -> Html {
    // Renders the page again when another link is opened in the same tab.
    use_location();
    let token = use_mut_ref(AttrValue::default);
    if let Some(new) = links::take_from_fragment("token") {
        token.replace(new.into());
    }
    let token = token.borrow().clone();
    html! {
        <article class="key-tag sign-in">
            <PageHeading title="Set your password">{ "Set your password" }</PageHeading>
            <Form key={token.as_str()} token={&token} />
        </article>
    }
}

/// See [`Form`].
#[derive(Clone, PartialEq, Properties)]
struct FormProps {
    /// The token of the link; empty if there is none.
    token: AttrValue,
}

/// The form for one link. It gives way to an explanation if the link does not work.
#[component]
fn Form(props: &FormProps) -> Html {
    let (client, toasts, texts, navigator) = (use_api(), use_toasts(), use_texts(), use_navigator());
    let (submission, new) = (use_submission(), use_node_ref());
    let unacceptable = submission.refused_with(ErrorCode::Unacceptable);
    let remaining_s = use_countdown(submission.error().and_then(|error| error.retry_at_ms));
    let (pending, blocked) = (submission.pending(), remaining_s.is_some_and(|remaining_s| remaining_s > 0));
    {
        let new = new.clone();
        use_effect_with((pending, unacceptable.is_some()), move |at| {
            if *at == (false, true) {
                dom::focus(&new);
            }
        });
    }
    let onsubmit = {
        let (submission, token, new) = (submission.clone(), props.token.clone(), new.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if blocked {
                return;
            }
            let password = dom::value_of(&new);
            if !password_rules::fits(&password) {
                dom::focus(&new);
                return submission.refuse(ErrorCode::Unacceptable, password_rules::REFUSED);
            }
            let new = NewPassword { token: token.to_string(), password };
            let (client, toasts, navigator) = (client.clone(), toasts.clone(), navigator.clone());
            submission.start(async move {
                api::set_password(&client, &new).await?;
                toasts.show(Toast::success("account", "Password set").detail("Sign in with it."));
                if let Some(navigator) = navigator {
                    navigator.replace(&Route::SignIn);
                }
                Ok(())
            });
        })
    };
    let usable = !props.token.is_empty() && submission.refused_with(ErrorCode::InvalidLink).is_none();
    let failed = submission.error().filter(|_| unacceptable.is_none());
    let set = Button { class: "lk-button--wide", submits: true, pending, blocked, ..Button::default() };
    html! {
        <form class="lk-sign-in-form" novalidate=true {onsubmit}>
            { submission_error(&texts, failed, remaining_s, pending) }
            if usable {
                <TextField
                    id="new-password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint={password_rules::HINT}
                    error={unacceptable}
                    input={new}
                />
                { set.view("Set password") }
            } else {
                <p>{ "Open the link that you were given; it works once. If it does not, ask for a new one." }</p>
                { nav_link(Route::SignIn, "lk-button lk-button--quiet", false, "Go to sign-in".into()) }
            }
        </form>
    }
}
