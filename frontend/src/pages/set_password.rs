//! The page that a one-time link leads to, for setting a password without a session.

use yew::prelude::*;
use yew_router::hooks::use_location;

use super::password_form::PasswordForm;
use crate::browser::links;
use crate::components::PageHeading;

/// The page. It takes the token out of the address, so that neither history nor bookmarks keep it.
#[component]
pub fn SetPassword() -> Html {
    // Renders the page again when another link is opened in the same tab.
    use_location();
    let token = use_mut_ref(AttrValue::default);
    if let Some(new) = links::take_from_fragment("#token=") {
        token.replace(new.into());
    }
    let token = token.borrow().clone();
    html! {
        <article class="key-tag sign-in">
            <PageHeading title="Set your password">{ "Set your password" }</PageHeading>
            <PasswordForm key={token.as_str()} token={&token} />
        </article>
    }
}
