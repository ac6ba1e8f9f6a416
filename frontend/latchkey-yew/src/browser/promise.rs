//! A promise that is fulfilled from outside.

use js_sys::{Function, Promise};

/// A promise, and the function that fulfils it.
pub(super) fn promise() -> (Promise, Function) {
    let mut fulfil = None;
    let promise = Promise::new(&mut |resolve, _reject| fulfil = Some(resolve));
    (promise, fulfil.unwrap_or_default())
}
