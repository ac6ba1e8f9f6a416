//! The session in yewdux stores. Only the manager writes them; everybody else reads them through the hooks.

use yewdux::{Context, Store};

use crate::view::SessionView;

impl Store for SessionView {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn should_notify(&self, old: &Self) -> bool {
        self != old
    }
}

/// Whether the check of a navigation is under way. A store of its own: nothing else renders when it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Navigating(pub(crate) bool);

impl Store for Navigating {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn should_notify(&self, old: &Self) -> bool {
        self != old
    }
}
