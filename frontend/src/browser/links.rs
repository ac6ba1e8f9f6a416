//! The document's title, links that are followed without loading a document, and what a link carries in its fragment.

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

/// The token of the one-time link, `#token=…`, that the page was opened with. It is moved from the address, which bookmarks and the
/// browser's history keep, to the state of the tab's history entry, which outlives a reload.
pub fn link_token() -> Option<String> {
    let window = web_sys::window()?;
    let (location, history) = (window.location(), window.history().ok()?);
    if let Some(token) = location.hash().ok()?.strip_prefix("#token=") {
        history.replace_state_with_url(&token.into(), "", location.pathname().ok().as_deref()).ok()?;
    }
    history.state().ok()?.as_string()
}
