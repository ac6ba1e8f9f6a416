//! Waits for the next frame, so that work which can wait does not delay it.

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::deferred::deferred;
use super::fetch::with_timeout;
use super::signals::{PageFocus, page_focus};

/// The longest wait. A page that is hidden in the meantime has no frames.
const LONGEST_WAIT_MS: u64 = 100;

/// Waits until what the document has now is drawn, for 100 ms at most. Does not wait in a hidden page, which is not drawn.
pub async fn next_frame() {
    let Some(window) = web_sys::window().filter(|_| page_focus() != PageFocus::Hidden) else {
        return;
    };
    let (drawn, resolve_drawn) = deferred();
    // Frames call back before they are laid out. A task that is queued then runs after the layout.
    let begun = Closure::once_into_js(move || {
        Timeout::new(0, move || drop(resolve_drawn.call0(&JsValue::NULL))).forget();
    });
    if window.request_animation_frame(begun.unchecked_ref()).is_ok() {
        with_timeout(LONGEST_WAIT_MS, JsFuture::from(drawn)).await;
    }
}
