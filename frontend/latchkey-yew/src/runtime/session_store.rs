//! The session in yewdux stores, in a context of the provider's own: an app has no way to write them, and its own stores
//! and its own `YewduxRoot`, wherever that stands, have nothing to do with them.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::{Context, Dispatch, Store};

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

/// What a store holds, kept current, as yewdux's `use_store_value` has it; but of the store of this dispatch.
#[hook]
pub(super) fn use_stored<S: Store>(dispatch: &Dispatch<S>) -> Rc<S> {
    let state = use_state(|| dispatch.get());
    let (set, subscribing) = (state.clone(), dispatch.clone());
    use_state(move || subscribing.subscribe_silent(move |value| set.set(value)));
    Rc::clone(&state)
}
