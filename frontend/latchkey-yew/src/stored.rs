//! Reads a yewdux store of the library. Each provider has a yewdux context of its own, which an app's stores and `YewduxRoot` do
//! not affect.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::{Dispatch, Store};

/// The value of a dispatch's store, kept current, like yewdux's `use_store_value` for the store of the context.
#[hook]
pub(crate) fn use_stored<S: Store>(dispatch: &Dispatch<S>) -> Rc<S> {
    let state = use_state(|| dispatch.get());
    let (set, subscribing) = (state.clone(), dispatch.clone());
    use_state(move || subscribing.subscribe_silent(move |value| set.set(value)));
    Rc::clone(&state)
}
