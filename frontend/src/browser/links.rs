//! The document's title, links that are followed without loading a document, and what a link carries in its fragment.

use wasm_bindgen::JsValue;
use yew::{MouseEvent, TargetCast};

/// Sets the document's title.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// The address of a clicked link. `None` if a modifier key is pressed, because then the browser opens a tab or a window, or
/// downloads the target.
#[must_use]
pub fn link_of(event: &MouseEvent) -> Option<String> {
    let plain = !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
    let target: web_sys::Element = event.target_dyn_into().filter(|_| plain)?;
    target.closest("a").ok()??.get_attribute("href")
}

/// Takes the token of a one-time link, `#token=…`, out of the address and of the tab's history.
pub fn take_token() -> Option<String> {
    let window = web_sys::window()?;
    let location = window.location();
    let token = location.hash().ok()?.strip_prefix("#token=")?.to_owned();
    window.history().ok()?.replace_state_with_url(&JsValue::NULL, "", location.pathname().ok().as_deref()).ok()?;
    Some(token)
}
