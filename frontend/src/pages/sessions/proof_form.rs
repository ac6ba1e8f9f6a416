//! Asks for the password once more, in place. Signing in again begins a new session, in which the page goes on.

use latchkey_shared::Login;
use yew::prelude::*;

use crate::browser::dom;
use crate::components::{Button, TextField};
use crate::pages::attempt::{Trouble, trouble_notice};
use crate::pages::countdown::use_countdown;
use crate::session::{use_sign_in, use_user};

/// See [`ProofForm`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct ProofFormProps {
    /// What to do if the person does not want to.
    pub(super) oncancel: Callback<()>,
}

/// The form. That it succeeded shows in the session, which is another one then.
#[component]
pub(super) fn ProofForm(props: &ProofFormProps) -> Html {
    let (user, sign_in) = (use_user(), use_sign_in());
    let password = use_node_ref();
    let email = user.map(|user| user.email.clone()).unwrap_or_default();
    let (pending, until_ms) = (sign_in.pending, sign_in.limited_until_ms);
    let left_s = use_countdown(until_ms);
    let blocked = left_s.is_some();
    let trouble = Trouble::of(sign_in.problem, until_ms);
    {
        let password = password.clone();
        use_effect_with(pending, move |_| dom::focus_and_select(&password));
    }

    let onsubmit = {
        let (password, email) = (password.clone(), email.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let login = Login { email: email.clone(), password: dom::value_of(&password) };
            if blocked || login.password.is_empty() {
                return dom::focus(&password);
            }
            sign_in.submit.emit(login);
        })
    };
    let confirm = Button { submits: true, pending, blocked, ..Button::default() };
    let cancel = Button { class: "button--quiet", onclick: props.oncancel.clone(), ..Button::default() };
    html! {
        <form class="key-tag session proof" novalidate=true {onsubmit}>
            <h2>{ "Is it still you?" }</h2>
            <p>
                { "You signed in a while ago. Before other sessions end, enter the password of " }
                <b>{ &email }</b>{ " again." }
            </p>
            { trouble_notice(trouble.as_ref(), left_s, pending) }
            <input type="text" autocomplete="username" value={email} hidden=true />
            <TextField id="password" label="Password" kind="password" autocomplete="current-password" input={password} />
            <div class="proof__choice">
                { confirm.draw("Confirm") }
                { cancel.draw("Cancel") }
            </div>
        </form>
    }
}
