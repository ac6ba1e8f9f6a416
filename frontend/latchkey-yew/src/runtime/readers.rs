//! The hooks with which components read the session.

use std::rc::Rc;

use yew::prelude::*;

use super::manager::SessionManager;
use crate::stored::use_stored;
use crate::view::SessionView;

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

/// Whether the check of a navigation is in flight, kept current.
#[hook]
pub(crate) fn use_navigating() -> bool {
    let manager = use_manager();
    use_stored(manager.store(), |store| store.navigating)
}
