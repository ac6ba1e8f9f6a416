//! The document: the element to render into, and what the server has embedded.

use web_sys::{Document, Element};

/// The element that the app renders into: `#app`, or the body of a page that has none.
#[must_use]
pub fn root_element() -> Option<Element> {
    let document = document()?;
    let body = || document.body().map(Element::from);
    document.get_element_by_id("app").or_else(body)
}

/// The text of the element with an id.
#[must_use]
pub fn element_text(id: &str) -> Option<String> {
    document()?.get_element_by_id(id)?.text_content()
}

/// The content of the `<meta>` with a name, which the server may have embedded.
#[must_use]
pub fn page_meta(name: &str) -> Option<String> {
    let meta = document()?.query_selector(&["meta[name='", name, "']"].concat());
    meta.ok()??.get_attribute("content")
}

/// Leaves the page for another address of the site. Back does not lead here.
pub fn leave_for(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().replace(address);
    }
}

/// Removes the element with an id, if there is one.
pub fn remove_element(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        element.remove();
    }
}

/// Reloads the page.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Whether a dialog is open, which Escape then closes first.
#[must_use]
pub fn dialog_is_open() -> bool {
    let found = document().and_then(|document| document.query_selector("dialog[open], [aria-modal=true]").ok());
    found.flatten().is_some()
}

pub(super) fn document() -> Option<Document> {
    web_sys::window()?.document()
}
