//! The account page: name and password.

mod name_form;

use yew::prelude::*;

use self::name_form::NameForm;
use super::password_form::PasswordForm;
use crate::components::PageHeading;
use latchkey_yew::components::page_skeleton;
use latchkey_yew::use_user;

/// The account page.
#[component]
pub fn Account() -> Html {
    let Some(user) = use_user() else {
        return page_skeleton();
    };
    html! {
        <article class="page">
            <div class="page__head">
                <PageHeading title="Account">{ "Account" }</PageHeading>
                <p class="lead">
                    { "You are signed in as " }{ &user.name }
                    { ". Change your name or your password." }
                </p>
            </div>
            <div class="cards">
                <section class="key-tag session">
                    <h2>{ "Profile" }</h2>
                    <NameForm />
                </section>
                <section class="key-tag session">
                    <h2>{ "Password" }</h2>
                    <PasswordForm />
                </section>
            </div>
        </article>
    }
}
