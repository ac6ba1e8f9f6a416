//! What pages use: the session, the user, and the two things a person can do about them.

use std::rc::Rc;

use latchkey_shared::{EndReason, Login, User};
use yew::prelude::*;
use yewdux::prelude::*;

use super::{SessionStore, SignIn};

/// The session, kept current.
#[hook]
pub fn use_session() -> Rc<SessionStore> {
    use_store_value::<SessionStore>()
}

/// Who is signed in, kept current.
#[hook]
pub fn use_user() -> Option<Rc<User>> {
    let user = use_selector(|store: &SessionStore| store.session.user().cloned());
    (*user).clone()
}

/// What the sign-in page was told in its address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuthQuery {
    /// Where to go after signing in; not checked yet.
    pub next: Option<String>,
    /// Why the person is here.
    pub reason: Option<EndReason>,
}

/// What the sign-in page was told in its address, kept current.
#[hook]
pub fn use_auth_query() -> AuthQuery {
    AuthQuery::default()
}

/// Signing in, as a form needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct SignInHandle {
    /// Under way: say so, and expect `submit` to do nothing.
    pub pending: bool,
    /// Why the last attempt failed, in words.
    pub problem: Option<String>,
    /// Try.
    pub submit: Callback<Login>,
}

/// Signing in. When it succeeds the guard of the sign-in page leads the person on.
#[hook]
pub fn use_sign_in() -> SignInHandle {
    let store = use_session();
    SignInHandle {
        pending: store.sign_in == SignIn::Pending,
        problem: match &store.sign_in {
            SignIn::Failed(words) => Some(words.clone()),
            SignIn::Idle | SignIn::Pending => None,
        },
        submit: Callback::noop(),
    }
}

/// Signing out, as a button needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct SignOutHandle {
    /// Under way: say so, and expect `submit` to do nothing.
    pub pending: bool,
    /// Sign out.
    pub submit: Callback<()>,
}

/// Signing out.
#[hook]
pub fn use_sign_out() -> SignOutHandle {
    let store = use_session();
    SignOutHandle {
        pending: store.signing_out,
        submit: Callback::noop(),
    }
}
