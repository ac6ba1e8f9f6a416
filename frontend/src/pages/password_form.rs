//! The form for a new password. On the account page it changes the user's password, which replaces the current session and ends all others;
//! on the page of a one-time link it sets one, for a user who then signs in.

use latchkey_shared::{ErrorCode, PasswordChange, SetPassword};
use yew::prelude::*;
use yew_router::hooks::{use_location, use_navigator};

use super::submission::use_submission;
use crate::api;
use crate::browser::links;
use crate::route::Route;
use latchkey_yew::browser::{dom, use_countdown};
use latchkey_yew::components::{Button, CalloutTone, TextField, callout, submission_error};
use latchkey_yew::toast::{Toast, use_toasts};
use latchkey_yew::{use_api, use_texts, use_user};

/// Whether a new password has the length that the server requires: 12 to 128 characters.
fn fits(password: &str) -> bool {
    password.chars().nth(11).is_some() && password.chars().nth(128).is_none()
}

/// See [`PasswordForm`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct PasswordFormProps {
    /// Whether the form is for the user of a one-time link. Who that is, it does not know: while a user is signed in, it may be another.
    #[prop_or_default]
    pub(super) by_link: bool,
}

/// The one-time link that the page was opened with.
#[derive(Default)]
struct Link {
    /// Empty without a link.
    token: String,
    /// Whether the last submission was with this link, and not with one that was opened before in the same tab.
    tried: bool,
}

/// The form. Without a link that works, it gives way to an explanation.
#[component]
pub(super) fn PasswordForm(props: &PasswordFormProps) -> Html {
    let (user, client, toasts, texts) = (use_user(), use_api(), use_toasts(), use_texts());
    let (submission, navigator) = (use_submission(), use_navigator());
    let (current, new) = (use_node_ref(), use_node_ref());
    // Renders the form again when another link is opened in the same tab.
    use_location();
    let (link, by_link) = (use_mut_ref(Link::default), props.by_link);
    if let Some(token) = by_link.then(links::link_token).flatten()
        && token != link.borrow().token
    {
        link.replace(Link { token, tried: false });
    }
    let signed_in = user.is_some();

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
        let (submission, current, new, link) = (submission.clone(), current.clone(), new.clone(), link.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let current_password = dom::value_of(&current);
            let new_password = dom::value_of(&new);
            if blocked {
                return;
            }
            if !by_link && current_password.is_empty() {
                dom::focus(&current);
                return submission.refuse(ErrorCode::BadCredentials, "Enter your current password.");
            }
            if !fits(&new_password) {
                dom::focus(&new);
                return submission.refuse(ErrorCode::Unacceptable, "A password has 12 to 128 characters.");
            }
            let (client, toasts, fields) = (client.clone(), toasts.for_this_user(), [current.clone(), new.clone()]);
            link.borrow_mut().tried = true;
            let (token, navigator) = (link.borrow().token.clone(), navigator.clone());
            submission.start(async move {
                let detail = if by_link {
                    api::set_password(&client, &SetPassword { token, password: new_password }).await?;
                    if let Some(navigator) = navigator {
                        // Its guard leads a user who is still signed in to the home page.
                        navigator.replace(&Route::SignIn);
                    }
                    if signed_in {
                        "It is that of the link's account. You are still signed in to yours."
                    } else {
                        "Sign in with it."
                    }
                } else {
                    api::change_password(&client, &PasswordChange { current_password, new_password }).await?;
                    fields.iter().for_each(dom::clear);
                    "Other sessions were signed out."
                };
                toasts.show(Toast::success("account", "Password changed").detail(detail));
                Ok(())
            });
        })
    };
    let link = link.borrow();
    let failed = submission.error().filter(|_| wrong.is_none() && unacceptable.is_none() && (!by_link || link.tried));
    let works =
        !by_link || !link.token.is_empty() && failed.is_none_or(|error| error.code != Some(ErrorCode::InvalidLink));
    let change = Button { submits: true, pending, blocked, ..Button::default() };
    html! {
        <form class="form" novalidate=true {onsubmit}>
            if let Some(user) = user.as_ref().filter(|_| by_link && works) {
                { callout(CalloutTone::Info, None, ["You are signed in as ", &user.email, ". The link may be for another account."].concat().into()) }
            }
            { submission_error(&texts, failed, remaining_s, pending) }
            if !by_link {
                // For password managers, which store it with the password.
                <input type="text" autocomplete="username" value={user.as_ref().map(|user| user.email.clone())} hidden=true />
                <TextField
                    id="current-password"
                    label="Current password"
                    kind="password"
                    autocomplete="current-password"
                    error={wrong}
                    input={current}
                />
            }
            if works {
                <TextField
                    id="new-password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="12 to 128 characters. A few words in a row are easy to remember."
                    error={unacceptable}
                    input={new}
                />
                { change.view("Change password") }
            } else {
                <p>{ "Open the link that you were given; it works once. If it does not, ask for a new one." }</p>
            }
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_new_password_has_12_to_128_characters_whatever_their_bytes() {
        for (length, expected) in [(0, false), (11, false), (12, true), (128, true), (129, false)] {
            assert_eq!(fits(&"ä".repeat(length)), expected, "{length}");
        }
    }
}
