//! Texts that outlive the page: for all tabs of the browser, or for this one. Where the browser keeps nothing, nothing is kept.

use web_sys::{Storage, Window};

/// What the browser keeps under a name.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    read(for_browser()?, name)
}

/// Has the browser keep a text under a name, or nothing any more.
pub fn set(name: &str, text: Option<&str>) {
    write(for_browser(), name, text);
}

/// What the browser keeps for this tab.
#[must_use]
pub fn get_in_tab(name: &str) -> Option<String> {
    read(for_tab()?, name)
}

/// Has the browser keep a text for this tab, or nothing any more.
pub fn set_in_tab(name: &str, text: Option<&str>) {
    write(for_tab(), name, text);
}

#[expect(clippy::needless_pass_by_value, reason = "a handle of the browser's")]
fn read(storage: Storage, name: &str) -> Option<String> {
    storage.get_item(name).ok()?
}

fn write(storage: Option<Storage>, name: &str, text: Option<&str>) {
    let Some(storage) = storage else { return };
    // A full or a forbidden storage keeps nothing.
    let _ = match text {
        Some(text) => storage.set_item(name, text),
        None => storage.remove_item(name),
    };
}

fn for_browser() -> Option<Storage> {
    web_sys::window().as_ref().map(Window::local_storage)?.ok()?
}

fn for_tab() -> Option<Storage> {
    web_sys::window().as_ref().map(Window::session_storage)?.ok()?
}
