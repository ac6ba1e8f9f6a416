//! Browsers and pages without Web Locks.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// Takes Web Locks away from the browser, and gives them back when it is dropped.
pub struct WithoutWebLocks;

impl WithoutWebLocks {
    pub fn begin() -> Self {
        shadow_locks(Some(&JsValue::UNDEFINED));
        Self
    }
}

impl Drop for WithoutWebLocks {
    fn drop(&mut self) {
        shadow_locks(None);
    }
}

/// Lets `navigator.locks` be something else, or what it is.
pub fn shadow_locks(value: Option<&JsValue>) {
    let navigator = web_sys::window().unwrap().navigator();
    Reflect::delete_property(&navigator, &"locks".into()).unwrap();
    if let Some(value) = value {
        let property = Object::new();
        Reflect::set(&property, &"value".into(), value).unwrap();
        Reflect::set(&property, &"configurable".into(), &true.into()).unwrap();
        Reflect::define_property(&navigator, &"locks".into(), &property).unwrap();
    }
}
