use js_sys::{Function, Promise};

/// A promise, and the function that resolves it.
pub(super) fn deferred() -> (Promise, Function) {
    let mut resolve_promise = None;
    let promise = Promise::new(&mut |resolve, _reject| resolve_promise = Some(resolve));
    (promise, resolve_promise.unwrap_or_default())
}
