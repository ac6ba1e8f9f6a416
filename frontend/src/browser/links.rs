//! The document's title, and links that are followed without loading a document.

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
