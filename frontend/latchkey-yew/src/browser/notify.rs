//! Lets tasks wait until they are notified.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::deferred::deferred;

/// The tasks that wait.
#[derive(Debug, Default)]
pub struct Notify(RefCell<Vec<Function>>);

impl Notify {
    /// Waits for the next [`notify_all`](Self::notify_all).
    pub async fn wait(&self) {
        let (called, call) = deferred();
        self.0.borrow_mut().push(call);
        // The promise is never rejected.
        let _ = JsFuture::from(called).await;
    }

    /// Wakes all tasks that wait.
    pub fn notify_all(&self) {
        for call in self.0.take() {
            let _ = call.call0(&JsValue::NULL);
        }
    }
}
