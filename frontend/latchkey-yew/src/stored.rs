//! Reads a yewdux store of the library. Each provider has a yewdux context of its own, which an app's stores and `YewduxRoot` do
//! not affect.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::{Dispatch, Store};

/// A part of a dispatch's store, kept current, like yewdux's `use_selector` for the store of the context. The component is rendered
/// again only if that part changes.
#[hook]
pub(crate) fn use_stored<S: Store, T: Clone + PartialEq + 'static>(
    dispatch: &Dispatch<S>,
    select: fn(&Rc<S>) -> T,
) -> T {
    let state = use_state_eq(|| select(&dispatch.get()));
    let (set, subscribing) = (state.clone(), dispatch.clone());
    use_state(move || subscribing.subscribe_silent(move |value| set.set(select(&value))));
    T::clone(&state)
}
