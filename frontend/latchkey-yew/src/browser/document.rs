//! The document: the element to render into, and what the server has embedded.

use latchkey_shared::api::BUILD_META;
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

/// The build of the app that the page belongs to, if the server has embedded it: see [`BUILD_META`].
#[must_use]
pub fn page_build() -> Option<String> {
    let meta = document()?.query_selector(&["meta[name='", BUILD_META, "']"].concat());
    meta.ok()??.get_attribute("content")
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

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
