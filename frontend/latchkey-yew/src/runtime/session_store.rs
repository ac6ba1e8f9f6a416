//! The session in yewdux stores, in a context of the provider's own: an app has no way to write them, and its own stores
//! and its own `YewduxRoot`, wherever that stands, have nothing to do with them.

use std::rc::Rc;

use yewdux::{Context, Store};

use crate::view::SessionView;

/// What components see of the session.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SessionStore(pub(super) Rc<SessionView>);

/// Whether the check of a navigation is under way. A store of its own: nothing else renders when it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Navigating(pub(super) bool);

impl Store for SessionStore {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn should_notify(&self, old: &Self) -> bool {
        self != old
    }
}

impl Store for Navigating {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn should_notify(&self, old: &Self) -> bool {
        self != old
    }
}
