//! The browser's console, in debug builds.

/// Writes an error for the app's programmer.
pub fn console_error(text: &str) {
    web_sys::console::error_1(&text.into());
}
