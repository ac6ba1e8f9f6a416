//! What pages use: the session, the user, and the two things a person can do about them.

use std::rc::Rc;

use latchkey_shared::{Login, User};
use yew::prelude::*;

use crate::core::event::Event;
use crate::runtime::{ApiClient, use_manager, use_view};
use crate::texts::Texts;
use crate::view::{SessionView, SignIn};

/// The session, kept current.
#[hook]
pub fn use_session() -> Rc<SessionView> {
    use_view()
}

/// Who is signed in, kept current. While a page waits for its person to sign in again it keeps what it had.
#[hook]
pub fn use_user() -> Option<Rc<User>> {
    let store = use_session();
    let kept = use_mut_ref(|| None);
    let user = store.session.user();
    if user.is_some() || store.reauth.is_none() {
        kept.replace(user.cloned());
    }
    kept.borrow().clone()
}

/// Signing in, as a form needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct SignInHandle {
    /// Under way: say so, and expect `submit` to do nothing.
    pub pending: bool,
    /// Why the last attempt failed, in words.
    pub problem: Option<AttrValue>,
    /// Until when the server looks at no further attempt, if it said so, on the clock of `browser::now_ms`.
    pub limited_until_ms: Option<u64>,
    /// Try.
    pub submit: Callback<Login>,
}

/// Signing in. When it succeeds the guard of the sign-in page leads the person on.
#[hook]
pub fn use_sign_in() -> SignInHandle {
    let store = use_session();
    let manager = use_manager();
    SignInHandle {
        pending: store.sign_in == SignIn::Pending,
        problem: match &store.sign_in {
            SignIn::Failed(failure) => Some(manager.texts().failure(failure)),
            SignIn::Idle | SignIn::Pending | SignIn::LimitedUntil(_) => None,
        },
        limited_until_ms: match store.sign_in {
            SignIn::LimitedUntil(until_ms) => Some(until_ms),
            SignIn::Idle | SignIn::Pending | SignIn::Failed(_) => None,
        },
        submit: use_callback(manager, |login, manager| manager.handle(Event::SignInRequested(login))),
    }
}

/// Signing out, as a button needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct SignOutHandle {
    /// Sign out. The session is forgotten at once.
    pub submit: Callback<()>,
}

/// Signing out.
#[hook]
pub fn use_sign_out() -> SignOutHandle {
    let manager = use_manager();
    SignOutHandle {
        submit: use_callback(manager, |(), manager| {
            manager.read_storage();
            manager.handle(Event::SignOutRequested);
        }),
    }
}

/// The words that the library shows, as the app has chosen them.
#[hook]
pub fn use_texts() -> Rc<Texts> {
    Rc::clone(use_manager().texts())
}

/// The client for the app's own server:
///
/// ```ignore
/// let api = use_api();
/// let note: Note = api.put(format!("/api/notes/{id}")).json(&note).send().await?;
/// ```
///
/// Requests are made within the session, and what their answers say about it is dealt with; see
/// [`ApiRequest`](crate::ApiRequest).
#[hook]
pub fn use_api() -> ApiClient {
    ApiClient(use_manager())
}
