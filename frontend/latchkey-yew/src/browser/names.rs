//! The names of channels, locks and storage entries, which begin with the app's prefix.

use std::cell::RefCell;

/// The prefix of an app that sets none.
const DEFAULT: &str = "latchkey";

thread_local! {
    static PREFIX: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Sets the prefix of all names; without one, that of the page (`data-latchkey-prefix`) is used. Call before the first name is used.
///
/// Warns in the console if the page has another prefix, because its `start.js` could not find the app's storage entries.
pub fn set_prefix(prefix: Option<&str>) {
    let page = page_prefix();
    let chosen = prefix.unwrap_or(&page);
    if chosen != page {
        let text = [
            "latchkey-yew: SessionConfig::with_prefix(\"",
            chosen,
            "\") and the page disagree: write <html data-latchkey-prefix=\"",
            chosen,
            "\"> into index.html",
        ];
        warn(&text.concat());
    }
    PREFIX.set(Some(chosen.to_owned()));
}

/// A name with the app's prefix.
#[must_use]
pub fn prefixed(of: &str) -> String {
    PREFIX.with_borrow(|prefix| [prefix.as_deref().unwrap_or(DEFAULT), "-", of].concat())
}

fn page_prefix() -> String {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    root.and_then(|root| root.get_attribute("data-latchkey-prefix")).unwrap_or_else(|| DEFAULT.to_owned())
}

fn warn(text: &str) {
    web_sys::console::warn_1(&text.into());
}
