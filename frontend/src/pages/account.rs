//! The profile; read-only for now.

use yew::prelude::*;

use crate::components::{PageHeading, page_skeleton};
use crate::session::use_user;

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
                <p class="lead">{ "What is known about you here. An administrator keeps these details." }</p>
            </div>
            <section class="key-tag session">
                <h2>{ "Profile" }</h2>
                <dl class="facts">
                    <div><dt>{ "Name" }</dt><dd>{ &user.name }</dd></div>
                    <div><dt>{ "Email" }</dt><dd>{ &user.email }</dd></div>
                </dl>
            </section>
        </article>
    }
}
