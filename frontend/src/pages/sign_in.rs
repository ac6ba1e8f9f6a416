//! The sign-in page: why the person is here, and the form.

use latchkey_shared::{EndReason, Login};
use yew::prelude::*;

use super::attempt::{Trouble, trouble_notice};
use crate::browser::{dom, use_countdown};
use crate::components::{Button, NoticeTone, PageHeading, TextField, notice};
use crate::session::{UNCONFIRMED, use_auth_query, use_session, use_sign_in};

/// Which fields were left empty.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Missing {
    email: bool,
    password: bool,
}

/// The sign-in page.
#[component]
pub fn SignIn() -> Html {
    let sign_in = use_sign_in();
    let reason = use_auth_query().reason.map(|reason| (tone(reason), [reason.title(), reason.detail()]));
    let why = if use_session().unconfirmed { Some((NoticeTone::Warning, UNCONFIRMED)) } else { reason };
    let (email, password) = (use_node_ref(), use_node_ref());
    let missing = use_state(Missing::default);

    // While the next attempt is under way the last trouble keeps its room, or the form would jump twice.
    let last_trouble = use_mut_ref(|| None);
    if !sign_in.pending {
        last_trouble.replace(Trouble::of(sign_in.problem.clone(), sign_in.limited_until_ms));
    }
    let trouble = last_trouble.borrow().clone();
    let left_s = use_countdown(sign_in.limited_until_ms);
    let blocked = left_s.is_some_and(|left_s| left_s > 0);

    {
        let password = password.clone();
        use_effect_with(sign_in.problem.clone(), move |problem| {
            if problem.is_some() {
                dom::focus_and_select(&password);
            }
        });
    }

    let onsubmit = {
        let (email, password, missing) = (email.clone(), password.clone(), missing.clone());
        let (waiting, submit) = (sign_in.pending || blocked, sign_in.submit.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if waiting {
                return;
            }
            let login = Login {
                email: dom::value_of(&email).trim().to_owned(),
                password: dom::value_of(&password),
                remember: None,
            };
            let empty = Missing { email: login.email.is_empty(), password: login.password.is_empty() };
            missing.set(empty);
            match empty {
                Missing { email: true, .. } => dom::focus(&email),
                Missing { password: true, .. } => dom::focus(&password),
                Missing { .. } => submit.emit(login),
            }
        })
    };

    let submit =
        Button { class: "button--wide", submits: true, pending: sign_in.pending, blocked, ..Button::default() };
    html! {
        <article class="key-tag sign-in">
            <PageHeading title="Sign in">{ "Sign in" }</PageHeading>
            { trouble_notice(trouble.as_ref(), left_s, sign_in.pending) }
            <div class="trouble">
                if let Some((tone, [title, detail])) = why.filter(|_| trouble.is_none()) {
                    { notice(tone, Some(title), html! { detail }) }
                }
            </div>
            <form novalidate=true {onsubmit}>
                <TextField
                    id="email"
                    label="Email"
                    kind="email"
                    autocomplete="username"
                    error={missing.email.then_some("Enter the address of your account.")}
                    input={email}
                />
                <TextField
                    id="password"
                    label="Password"
                    kind="password"
                    autocomplete="current-password"
                    error={missing.password.then_some("Enter your password.")}
                    input={password}
                />
                { submit.draw("Sign in") }
            </form>
        </article>
    }
}

/// How serious it is that a session is not there.
const fn tone(reason: EndReason) -> NoticeTone {
    match reason {
        EndReason::SessionMissing | EndReason::SignedOut => NoticeTone::Info,
        EndReason::SessionExpired | EndReason::SessionIdle | EndReason::SessionRevoked | EndReason::PasswordChanged => {
            NoticeTone::Warning
        }
        EndReason::AccountDisabled => NoticeTone::Error,
    }
}
