//! The form of the sign-in page, with the reason why the user is there.

use yew::prelude::*;

use super::callout::callout;
use super::credentials_form::CredentialsForm;
use super::sign_in_notice::use_sign_in_notice;

/// See [`SignInForm`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SignInFormProps {
    /// Whether to offer the choice to stay signed in; it does by default. Without it every session is a remembered one.
    #[prop_or(true)]
    pub offers_remember: bool,
    /// Further buttons, beside the one that signs in.
    #[prop_or_default]
    pub children: Html,
}

/// The form of the sign-in page: it says why the user is there, refuses empty fields itself, takes one attempt at a time and none
/// before a limit is over. After it has succeeded the guard of the page leads the user on.
#[component]
pub fn SignInForm(props: &SignInFormProps) -> Html {
    let why = use_sign_in_notice();
    let why = why.map(|why| callout(why.tone, Some(why.message.title), why.message.detail.into()));
    html! {
        <CredentialsForm offers_remember={props.offers_remember} notice={why.unwrap_or_default()}>
            { props.children.clone() }
        </CredentialsForm>
    }
}
