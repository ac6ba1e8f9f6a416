//! The hooks for pages.

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

/// The user who is signed in, kept current. While the dialog asks the user to sign in again, the page keeps the user that it had.
#[hook]
pub fn use_user() -> Option<Rc<User>> {
    let view = use_session();
    let kept = use_mut_ref(|| None);
    let user = view.session.user();
    if user.is_some() || view.reauth.is_none() {
        kept.replace(user.cloned());
    }
    kept.borrow().clone()
}

/// What a log-in form needs.
#[derive(Clone, Debug, PartialEq)]
pub struct SignInHandle {
    /// Whether a log-in is in flight; `submit` does nothing then.
    pub pending: bool,
    /// The error message of the last log-in.
    pub problem: Option<AttrValue>,
    /// When the rate limit ends, if there is one, on the clock of `browser::now_ms`.
    pub limited_until_ms: Option<u64>,
    /// Sends a log-in.
    pub submit: Callback<Login>,
}

/// Signing in, for an app's own form. After a log-in the guard of the sign-in page redirects the user.
#[hook]
pub fn use_sign_in() -> SignInHandle {
    let view = use_session();
    let manager = use_manager();
    SignInHandle {
        pending: view.sign_in == SignIn::Pending,
        problem: match &view.sign_in {
            SignIn::Failed(failure) => Some(manager.texts().failure(failure)),
            SignIn::Idle | SignIn::Pending | SignIn::LimitedUntil(_) => None,
        },
        limited_until_ms: match view.sign_in {
            SignIn::LimitedUntil(until_ms) => Some(until_ms),
            SignIn::Idle | SignIn::Pending | SignIn::Failed(_) => None,
        },
        submit: use_callback(manager, |login, manager| manager.handle(Event::SignInRequested(login))),
    }
}

/// What a sign-out button needs.
#[derive(Clone, Debug, PartialEq)]
pub struct SignOutHandle {
    /// Signs out. The session is forgotten at once, whether or not the server answers.
    pub submit: Callback<()>,
}

/// Signing out.
#[hook]
pub fn use_sign_out() -> SignOutHandle {
    let manager = use_manager();
    SignOutHandle {
        submit: use_callback(manager, |(), manager| {
            manager.apply_stored_sign_out();
            manager.handle(Event::SignOutRequested);
        }),
    }
}

/// The texts that the library shows, as configured by the app.
#[hook]
pub fn use_texts() -> Rc<Texts> {
    Rc::clone(use_manager().texts())
}

/// The client for requests to the app's own server:
///
/// ```
/// # use latchkey_yew::{ApiClient, ApiError};
/// # #[derive(serde::Deserialize, serde::Serialize)] struct Note { text: String }
/// # async fn save(api: ApiClient, id: u64, note: Note) -> Result<Note, ApiError> {
/// // In the component: `let api = use_api();`
/// let note: Note = api.put(format!("/api/notes/{id}")).json(&note).send().await?;
/// # Ok(note)
/// # }
/// ```
///
/// Requests are sent within the session, and the session follows from their answers; see
/// [`ApiRequest`](crate::ApiRequest).
#[hook]
pub fn use_api() -> ApiClient {
    ApiClient(use_manager())
}
