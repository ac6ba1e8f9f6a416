//! The form for the name. The answer updates the session's store, so that the whole app shows the new name at once.

use latchkey_shared::{ErrorCode, ProfileChange};
use yew::prelude::*;

use crate::api;
use crate::pages::submission::use_submission;
use latchkey_yew::browser::dom;
use latchkey_yew::components::{Button, TextField, page_skeleton, submission_error};
use latchkey_yew::toast::{Toast, use_toasts};
use latchkey_yew::{use_api, use_texts, use_user};

/// The form.
#[component]
pub(super) fn NameForm() -> Html {
    let (user, client, toasts, texts) = (use_user(), use_api(), use_toasts(), use_texts());
    let submission = use_submission();
    let name = use_node_ref();
    let error = submission.refused_with(ErrorCode::Unacceptable);
    {
        let name = name.clone();
        use_effect_with((submission.pending(), error.is_some()), move |at| {
            if *at == (false, true) {
                dom::focus(&name);
            }
        });
    }
    let Some(user) = user else {
        return page_skeleton();
    };

    let onsubmit = {
        let (submission, name) = (submission.clone(), name.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let change = ProfileChange { name: dom::value_of(&name) };
            let (client, toasts) = (client.clone(), toasts.for_this_user());
            submission.start(async move {
                api::change_profile(&client, &change).await?;
                toasts.show(Toast::success("account", "Name saved"));
                Ok(())
            });
        })
    };
    let failed = submission.error().filter(|_| error.is_none());
    let save = Button { submits: true, pending: submission.pending(), ..Button::default() };
    html! {
        <form class="form" novalidate=true {onsubmit}>
            { submission_error(&texts, failed, None, submission.pending()) }
            <TextField
                id="name"
                label="Name"
                kind="text"
                autocomplete="name"
                initial={user.name.clone()}
                {error}
                input={name}
            />
            <dl class="facts">
                <div><dt>{ "Email" }</dt><dd>{ &user.email }</dd></div>
            </dl>
            { save.view("Save name") }
        </form>
    }
}
