//! The server's instants as this browser's user writes them. They are shown, or measured against each other; never
//! against the browser's clock.

use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
use latchkey_shared::Timestamp;
use wasm_bindgen::JsValue;

/// Date and time in words, in the user's language and time zone; the instant as it came if the browser cannot read it.
#[must_use]
pub fn in_words(instant: &Timestamp) -> String {
    let options = Object::new();
    for (key, style) in [("dateStyle", "long"), ("timeStyle", "short")] {
        // A plain object takes every property.
        let _ = Reflect::set(&options, &key.into(), &style.into());
    }
    DateTimeFormat::new(&Array::new(), &options)
        .format()
        .call1(&JsValue::NULL, &date(instant))
        .ok()
        .and_then(|words| words.as_string())
        .unwrap_or_else(|| instant.0.clone())
}

/// Whole seconds from one instant of the server to a later one; none if either cannot be read, or if it is not later.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates, and NaN becomes 0")]
pub fn seconds_between(from: &Timestamp, to: &Timestamp) -> Option<u64> {
    let milliseconds = date(to).get_time() - date(from).get_time();
    u64::try_from(milliseconds as i64 / 1000).ok().filter(|seconds| *seconds > 0)
}

fn date(instant: &Timestamp) -> Date {
    Date::new(&instant.0.as_str().into())
}
