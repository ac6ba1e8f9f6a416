//! A text that outlives the page and the browser's windows. Where the browser keeps nothing, nothing is kept.

use web_sys::Storage;

/// What was kept under a name.
#[must_use]
pub fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps a text under a name, or nothing any more.
pub fn keep(name: &str, text: Option<&str>) {
    let Some(storage) = storage() else { return };
    // A full or a forbidden storage keeps nothing.
    let _ = match text {
        Some(text) => storage.set_item(name, text),
        None => storage.remove_item(name),
    };
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
