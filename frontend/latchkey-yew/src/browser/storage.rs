//! Texts in the browser's storage, shared by all tabs or of this tab only. If the storage is full or forbidden, nothing is kept.

use web_sys::{Storage, Window};

/// Reads a text that all tabs share.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    read(for_browser()?, name)
}

/// Writes a text that all tabs share, or removes it.
pub fn set(name: &str, text: Option<&str>) {
    write(for_browser(), name, text);
}

/// Reads a text of this tab.
#[must_use]
pub fn get_in_tab(name: &str) -> Option<String> {
    read(for_tab()?, name)
}

/// Writes a text of this tab, or removes it.
pub fn set_in_tab(name: &str, text: Option<&str>) {
    write(for_tab(), name, text);
}

#[expect(clippy::needless_pass_by_value, reason = "it is only a handle")]
fn read(storage: Storage, name: &str) -> Option<String> {
    storage.get_item(name).ok()?
}

fn write(storage: Option<Storage>, name: &str, text: Option<&str>) {
    let Some(storage) = storage else { return };
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
