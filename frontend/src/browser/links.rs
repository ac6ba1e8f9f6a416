//! The document's title, and links that are followed without loading the document anew.

use yew::{MouseEvent, TargetCast};

/// Names the document in tabs, history and screen readers.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// The address of the link that a click means to follow here; nothing with a key held down, because then the person wants
/// another tab, another window, or a download: the browser's business.
#[must_use]
pub fn link_of(event: &MouseEvent) -> Option<String> {
    let plain = !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
    let target: web_sys::Element = event.target_dyn_into().filter(|_| plain)?;
    target.closest("a").ok()??.get_attribute("href")
}
