//! The sign-in page.

use latchkey_yew::SignInForm;
use yew::prelude::*;

use crate::components::PageHeading;

/// The sign-in page.
pub fn sign_in() -> Html {
    html! {
        <article class="key-tag sign-in">
            <PageHeading title="Sign in">{ "Sign in" }</PageHeading>
            <SignInForm />
        </article>
    }
}
