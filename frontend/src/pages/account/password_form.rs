//! The form for the password. A change replaces the current session and ends all others of the user.

use latchkey_shared::{ErrorCode, PasswordChange};
use yew::prelude::*;

use crate::api;
use crate::pages::password_rules;
use crate::pages::submission::use_submission;
use latchkey_yew::browser::{dom, use_countdown};
use latchkey_yew::components::{Button, TextField, submission_error};
use latchkey_yew::toast::{Toast, use_toasts};
use latchkey_yew::{use_api, use_texts, use_user};

/// The form.
#[component]
pub(super) fn PasswordForm() -> Html {
    let (user, client, toasts, texts) = (use_user(), use_api(), use_toasts(), use_texts());
    let submission = use_submission();
    let (current, new) = (use_node_ref(), use_node_ref());

    let wrong = submission.refused_with(ErrorCode::BadCredentials);
    let unacceptable = submission.refused_with(ErrorCode::Unacceptable);
    let remaining_s = use_countdown(submission.error().and_then(|error| error.retry_at_ms));
    let (pending, blocked) = (submission.pending(), remaining_s.is_some_and(|remaining_s| remaining_s > 0));
    {
        let (current, new) = (current.clone(), new.clone());
        use_effect_with((pending, wrong.is_some(), unacceptable.is_some()), move |at| match at {
            (false, true, _) => dom::focus_and_select(&current),
            (false, _, true) => dom::focus(&new),
            _ => {}
        });
    }

    let onsubmit = {
        let (submission, current, new) = (submission.clone(), current.clone(), new.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let change =
                PasswordChange { current_password: dom::value_of(&current), new_password: dom::value_of(&new) };
            if blocked {
                return;
            }
            if change.current_password.is_empty() {
                dom::focus(&current);
                return submission.refuse(ErrorCode::BadCredentials, "Enter your current password.");
            }
            if !password_rules::fits(&change.new_password) {
                dom::focus(&new);
                return submission.refuse(ErrorCode::Unacceptable, password_rules::REFUSED);
            }
            let (client, toasts, fields) = (client.clone(), toasts.for_this_user(), [current.clone(), new.clone()]);
            submission.start(async move {
                api::change_password(&client, &change).await?;
                fields.iter().for_each(dom::clear);
                toasts.show(Toast::success("account", "Password changed").detail("Other sessions were signed out."));
                Ok(())
            });
        })
    };
    let failed = submission.error().filter(|_| wrong.is_none() && unacceptable.is_none());
    let change = Button { submits: true, pending, blocked, ..Button::default() };
    html! {
        <form class="form" novalidate=true {onsubmit}>
            { submission_error(&texts, failed, remaining_s, pending) }
            // For password managers, which store it with the password.
            <input type="text" autocomplete="username" value={user.map(|user| user.email.clone())} hidden=true />
            <TextField
                id="current-password"
                label="Current password"
                kind="password"
                autocomplete="current-password"
                error={wrong}
                input={current}
            />
            <TextField
                id="new-password"
                label="New password"
                kind="password"
                autocomplete="new-password"
                hint={password_rules::HINT}
                error={unacceptable}
                input={new}
            />
            { change.view("Change password") }
        </form>
    }
}
