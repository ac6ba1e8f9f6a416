//! The log-in form, which the sign-in page and the re-authentication dialog share.

use std::cell::Cell;

use latchkey_shared::Login;
use yew::prelude::*;

use super::{Button, CheckField, SubmissionError, TextField, submission_error};
use crate::browser::{dom, use_countdown};
use crate::hooks::{use_sign_in, use_texts};
use crate::runtime::use_manager;

thread_local! {
    /// The last choice of the checkbox in this tab, so that a user of a shared computer has to choose only once.
    static LAST_REMEMBER: Cell<bool> = const { Cell::new(true) };
}

/// See [`CredentialsForm`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct CredentialsFormProps {
    /// The prefix of the fields' ids, for a document with two forms.
    #[prop_or_default]
    pub(super) id_prefix: AttrValue,
    /// The e-mail address, if it is fixed.
    #[prop_or_default]
    pub(super) email: Option<AttrValue>,
    /// Whether to keep the choice of the session that the new one replaces, and not to offer it.
    #[prop_or_default]
    pub(super) keeps_remember: bool,
    /// Shown above the fields while there is no error.
    #[prop_or_default]
    pub(super) notice: Html,
    /// Further buttons.
    #[prop_or_default]
    pub(super) children: Html,
}

/// Which fields are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Missing {
    email: bool,
    password: bool,
}

/// The form. It refuses empty fields itself, sends one log-in at a time and none before a rate limit is over, and selects the
/// password after an error.
#[component]
pub(super) fn CredentialsForm(props: &CredentialsFormProps) -> Html {
    let CredentialsFormProps { id_prefix, email: fixed_email, keeps_remember, notice, children } = props;
    let (sign_in, texts) = (use_sign_in(), use_texts());
    let offers_remember = use_manager().offers_remember() && !keeps_remember;
    let (email, password, remember) = (use_node_ref(), use_node_ref(), use_node_ref());
    let missing = use_state(Missing::default);

    // While the next log-in is in flight, the last error keeps its space, so that the form does not jump.
    let shown_error = use_mut_ref(|| None);
    if !sign_in.pending {
        let failed = sign_in.problem.is_some() || sign_in.limited_until_ms.is_some();
        let message = sign_in.problem.clone().unwrap_or_default();
        let retry_at_ms = sign_in.limited_until_ms;
        shown_error.replace(failed.then_some(SubmissionError { code: None, message, retry_at_ms }));
    }
    let error = shown_error.borrow().clone();
    let remaining_s = use_countdown(sign_in.limited_until_ms);
    let blocked = remaining_s.is_some_and(|remaining_s| remaining_s > 0);

    {
        let password = password.clone();
        use_effect_with(sign_in.problem.clone(), move |problem| {
            if problem.is_some() {
                dom::focus_and_select(&password);
            }
        });
    }

    let onsubmit = {
        let (email, password, remember, missing) = (email.clone(), password.clone(), remember.clone(), missing.clone());
        let (waiting, submit) = (sign_in.pending || blocked, sign_in.submit.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if waiting {
                return;
            }
            let choice = dom::is_checked(&remember);
            let login = Login {
                email: dom::value_of(&email).trim().to_owned(),
                password: dom::value_of(&password),
                remember: choice,
            };
            let empty = Missing { email: login.email.is_empty(), password: login.password.is_empty() };
            missing.set(empty);
            match empty {
                Missing { email: true, .. } => dom::focus(&email),
                Missing { password: true, .. } => dom::focus(&password),
                Missing { .. } => {
                    LAST_REMEMBER.set(choice.unwrap_or_else(|| LAST_REMEMBER.get()));
                    submit.emit(login);
                }
            }
        })
    };

    let id = |name: &str| AttrValue::from([id_prefix.as_str(), name].concat());
    let check = CheckField {
        id: id("remember"),
        label: texts.remember.clone(),
        hint: texts.remember_hint.clone(),
        initial: LAST_REMEMBER.get(),
        input: remember,
    };
    let is_fixed = fixed_email.is_some();
    let class = if is_fixed { "" } else { "lk-button--wide" };
    let submit = Button { class, submits: true, pending: sign_in.pending, blocked, ..Button::default() };
    html! {
        <form class="lk-sign-in-form" novalidate=true {onsubmit}>
            { submission_error(&texts, error.as_ref(), remaining_s, sign_in.pending) }
            <div class="lk-submission">
                if error.is_none() {
                    { notice.clone() }
                }
            </div>
            <TextField
                id={id("email")}
                label={&texts.email}
                kind="email"
                autocomplete="username"
                initial={fixed_email.clone().unwrap_or_default()}
                readonly={is_fixed}
                error={missing.email.then(|| texts.email_missing.clone())}
                input={email}
            />
            <TextField
                id={id("password")}
                label={&texts.password}
                kind="password"
                autocomplete="current-password"
                autofocus={is_fixed}
                error={missing.password.then(|| texts.password_missing.clone())}
                input={password}
            />
            <div class="lk-sign-in-form__remember">
                if offers_remember {
                    { check.view() }
                }
            </div>
            <div class="lk-sign-in-form__buttons">
                { submit.view(texts.sign_in.clone()) }
                { children.clone() }
            </div>
        </form>
    }
}
