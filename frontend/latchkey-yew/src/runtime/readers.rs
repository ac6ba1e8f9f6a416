//! The hooks with which components read the session.

use std::rc::Rc;

use yew::prelude::*;

use super::manager::SessionManager;
use crate::stored::use_stored;
use crate::view::{Reachability, SessionView};

/// The manager of the surrounding provider.
#[hook]
#[expect(clippy::expect_used, reason = "an app without the provider is miswired; its first render says so")]
pub(crate) fn use_manager() -> SessionManager {
    use_context().expect("latchkey-yew: this hook or component works only inside of <SessionProvider<Route>>")
}

/// The session, kept current.
#[hook]
pub(crate) fn use_view() -> Rc<SessionView> {
    let manager = use_manager();
    use_stored(manager.store(), |store| Rc::clone(&store.view))
}

/// What is to be said about the session beside the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionNotices {
    /// The check of a navigation is in flight.
    pub(crate) navigating: bool,
    /// The server does not answer.
    pub(crate) unreachable: bool,
    /// The session ends soon.
    pub(crate) expiring: bool,
}

/// What is to be said about the session beside the pages, kept current.
#[hook]
pub(crate) fn use_session_notices() -> SessionNotices {
    let manager = use_manager();
    use_stored(manager.store(), |store| SessionNotices {
        navigating: store.navigating,
        unreachable: store.view.reachability != Reachability::Reachable,
        expiring: store.view.expiring.is_some(),
    })
}

/// Whether the user is asked to sign in again over the page, kept current.
#[hook]
pub(crate) fn use_reauth_is_open(manager: &SessionManager) -> bool {
    use_stored(manager.store(), |store| store.view.reauth.is_some())
}
