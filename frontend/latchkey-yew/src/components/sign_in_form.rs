//! The form of the sign-in page.

use yew::prelude::*;

use super::callout::callout;
use super::credentials_form::CredentialsForm;
use super::sign_in_notice::use_sign_in_notice;

/// See [`SignInForm`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SignInFormProps {
    /// Further buttons, beside the one that signs in.
    #[prop_or_default]
    pub children: Html,
}

/// The form of the sign-in page. It shows why the user is there, refuses empty fields itself, and sends one log-in at a time and
/// none before a rate limit is over. After a log-in the guard redirects the user.
#[component]
pub fn SignInForm(props: &SignInFormProps) -> Html {
    let notice = use_sign_in_notice();
    let notice = notice.map(|notice| callout(notice.tone, Some(notice.message.title), notice.message.detail.into()));
    html! {
        <CredentialsForm notice={notice.unwrap_or_default()}>
            { props.children.clone() }
        </CredentialsForm>
    }
}
