//! Reading a yewdux store of the library's own. Each provider has a context of its own: an app's stores and its `YewduxRoot` have
//! nothing to do with it.

use std::rc::Rc;

use yew::prelude::*;
use yewdux::{Dispatch, Store};

/// What the store of a dispatch holds, kept current, as yewdux's `use_store_value` has it of the context's store.
#[hook]
pub(crate) fn use_stored<S: Store>(dispatch: &Dispatch<S>) -> Rc<S> {
    let state = use_state(|| dispatch.get());
    let (set, subscribing) = (state.clone(), dispatch.clone());
    use_state(move || subscribing.subscribe_silent(move |value| set.set(value)));
    Rc::clone(&state)
}
