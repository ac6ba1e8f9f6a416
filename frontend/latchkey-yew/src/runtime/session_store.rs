//! The session in yewdux stores. They are in a context of the provider's own, so that an app can neither write them nor affect
//! them with its own stores or `YewduxRoot`.

use std::rc::Rc;

use yewdux::{Context, Store};

use crate::view::SessionView;

/// The session, as components read it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SessionStore(pub(super) Rc<SessionView>);

/// Whether the check of a navigation is in flight. A separate store, so that only the progress line renders when it changes.
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
