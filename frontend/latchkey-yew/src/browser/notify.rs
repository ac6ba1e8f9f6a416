//! A place to wait in until somebody says that it is time.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::promise::promise;

/// Those who wait.
#[derive(Debug, Default)]
pub struct Notify(RefCell<Vec<Function>>);

impl Notify {
    /// Waits.
    pub async fn wait(&self) {
        let (called, call) = promise();
        self.0.borrow_mut().push(call);
        // Nothing rejects it.
        let _ = JsFuture::from(called).await;
    }

    /// Lets all go on that wait.
    pub fn notify_all(&self) {
        for call in self.0.take() {
            let _ = call.call0(&JsValue::NULL);
        }
    }
}
