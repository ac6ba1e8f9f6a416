//! The page's watch, `frontend/page/start.js`: it is told that the app has started, notices when it breaks, and lets go of what the
//! app holds then. A page without one is not watched; everything else works.
//!
//! A panic aborts and an exception from JavaScript unwinds nothing, so that afterwards nothing in the app can be relied upon, not
//! even a drop. That is why what other tabs wait for is registered outside of it.

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
}

/// Tells the page that the app stands: to be called once, when it has rendered for the first time. Until then the page takes a
/// failure for one of loading, and loads itself anew once.
pub fn app_started() {
    if let Some(watch) = watch() {
        watch.started();
    }
}

/// Something with a `close` that must be closed if the app breaks. It is taken to be closed when this is dropped.
#[derive(Debug)]
pub(super) struct Held(JsValue);

impl Held {
    /// Registers it.
    pub(super) fn new(closable: &JsValue) -> Self {
        if let Some(watch) = watch() {
            watch.hold(closable);
        }
        Self(closable.clone())
    }

    /// Registers a function as the `close`.
    pub(super) fn closed_by(close: &Function) -> Self {
        let closable = Object::new();
        // A plain object takes every property.
        let _ = Reflect::set(&closable, &"close".into(), close);
        Self::new(&closable)
    }
}

impl Drop for Held {
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
