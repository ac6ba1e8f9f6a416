//! The page that a one-time link leads to, for setting a password without a session.

use yew::prelude::*;

use super::password_form::PasswordForm;
use crate::components::PageHeading;

/// The page.
pub fn set_password() -> Html {
    html! {
        <article class="key-tag sign-in">
            <PageHeading title="Set your password">{ "Set your password" }</PageHeading>
            <PasswordForm by_link=true />
        </article>
    }
}
