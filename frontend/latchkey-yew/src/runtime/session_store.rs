//! The session in a yewdux store. It is in a context of the provider's own, so that an app can neither write it nor affect it with
//! its own stores or `YewduxRoot`.

use std::rc::Rc;

use yewdux::{Context, Store};

use crate::view::SessionView;

/// The session, as components read it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SessionStore {
    pub(super) view: Rc<SessionView>,
    /// Whether the check of a navigation is in flight. Only the progress line reads it.
    pub(super) navigating: bool,
}

impl Store for SessionStore {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn should_notify(&self, old: &Self) -> bool {
        self != old
    }
}
