//! The app's side of `page/start.js`, which detects when the app crashes and then closes what it holds. The script is optional.
//!
//! A panic aborts, and an exception in JavaScript unwinds nothing, so after a crash no destructor runs. Locks, channels and
//! streams that other tabs depend on are therefore registered with the script.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    type Watch;

    #[wasm_bindgen(method)]
    fn started(this: &Watch);
    #[wasm_bindgen(method)]
    fn hold(this: &Watch, one: &JsValue);
    #[wasm_bindgen(method)]
    fn release(this: &Watch, one: &JsValue);
    #[wasm_bindgen(method, js_name = isWhole)]
    fn is_whole(this: &Watch) -> bool;
}

/// Notifies the script that the app has rendered. Call once, after the first rendering: until then the script treats a crash
/// as a failure to load, and reloads the page once.
pub fn app_started() {
    if let Some(watch) = watch() {
        watch.started();
    }
}

/// Whether all of the app has arrived, and not only the part with which it starts.
pub fn app_is_whole() -> bool {
    watch().is_none_or(|watch| watch.is_whole())
}

/// Registers an object whose `close` must be called if the app crashes. Dropping the guard removes it from the register.
#[derive(Debug)]
pub(super) struct CrashGuard(JsValue);

impl CrashGuard {
    /// Registers an object with a `close` method.
    pub(super) fn new(closable: &JsValue) -> Self {
        if let Some(watch) = watch() {
            watch.hold(closable);
        }
        Self(closable.clone())
    }

    /// Registers a function that is called as `close`.
    pub(super) fn closed_by(close: &Function) -> Self {
        let closable = Object::new();
        // A plain object takes every property.
        let _ = Reflect::set(&closable, &"close".into(), close);
        Self::new(&closable)
    }
}

impl Drop for CrashGuard {
    fn drop(&mut self) {
        if let Some(watch) = watch() {
            watch.release(&self.0);
        }
    }
}

fn watch() -> Option<Watch> {
    let window = web_sys::window()?;
    let watch = Reflect::get(&window, &"latchkey".into()).ok()?;
    watch.is_object().then(|| watch.unchecked_into())
}
