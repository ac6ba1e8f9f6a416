//! The session in a yewdux store. Only the manager writes it; everybody else reads it through the hooks.

use yewdux::{Context, Store};

use super::SessionStore;

impl Store for SessionStore {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn should_notify(&self, old: &Self) -> bool {
        self != old
    }
}
