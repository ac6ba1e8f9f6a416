//! The server's instants in the user's language. They are shown or compared with each other, but not with the browser's
//! clock, except for `ago`.

use js_sys::{
    Array, Date,
    Intl::{DateTimeFormat, RelativeTimeFormat},
    Object, Reflect,
};
use latchkey_shared::Timestamp;
use wasm_bindgen::JsValue;

/// Date and time in the user's language and time zone; the unchanged text if the browser cannot parse it.
#[must_use]
pub fn in_words(instant: &Timestamp) -> String {
    DateTimeFormat::new(&Array::new(), &options(&[("dateStyle", "long"), ("timeStyle", "short")]))
        .format()
        .call1(&JsValue::NULL, &date(instant))
        .ok()
        .and_then(|words| words.as_string())
        .unwrap_or_else(|| instant.0.clone())
}

/// Whole seconds from one instant to a later one; `None` if one cannot be parsed, or if the second is not later.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates, and NaN becomes 0")]
pub fn seconds_between(from: &Timestamp, to: &Timestamp) -> Option<u64> {
    let milliseconds = date(to).get_time() - date(from).get_time();
    u64::try_from(milliseconds as i64 / 1000).ok().filter(|seconds| *seconds > 0)
}

/// How long ago an instant was: `3 minutes ago`. Only for display, because the browser's clock differs from the server's.
#[must_use]
pub fn ago(instant: &Timestamp) -> String {
    if !has_relative_times() {
        return in_words(instant);
    }
    let passed_ms = Date::now() - date(instant).get_time();
    let (amount, unit) = largest_unit(passed_ms / 1_000.0);
    RelativeTimeFormat::new(&Array::new(), &options(&[("numeric", "auto")])).format(-amount, unit).into()
}

/// A duration in its largest unit, rounded down. Less than a minute counts as now, and so does a negative duration, which
/// different clocks can cause.
fn largest_unit(seconds: f64) -> (f64, &'static str) {
    let units = [(86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute")];
    let largest = units.into_iter().find(|(length, _)| seconds >= *length);
    largest.map_or((0.0, "second"), |(length, unit)| ((seconds / length).floor(), unit))
}

/// Whether the browser has `Intl.RelativeTimeFormat`; Safari does since version 14.
fn has_relative_times() -> bool {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into());
    intl.and_then(|intl| Reflect::has(&intl, &"RelativeTimeFormat".into())).unwrap_or_default()
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (key, value) in pairs {
        // A plain object takes every property.
        let _ = Reflect::set(&options, &(*key).into(), &(*value).into());
    }
    options
}

fn date(instant: &Timestamp) -> Date {
    Date::new(&instant.0.as_str().into())
}

#[cfg(test)]
mod tests {
    use super::largest_unit;

    #[test]
    fn a_duration_is_given_in_the_largest_unit_that_fits() {
        for (seconds, amount, unit) in [
            (-5.0, 0.0, "second"),
            (59.9, 0.0, "second"),
            (60.0, 1.0, "minute"),
            (3_599.0, 59.0, "minute"),
            (3_600.0, 1.0, "hour"),
            (86_399.0, 23.0, "hour"),
            (86_400.0, 1.0, "day"),
            (950_400.0, 11.0, "day"),
            (f64::NAN, 0.0, "second"),
        ] {
            assert_eq!(largest_unit(seconds), (amount, unit), "{seconds} s");
        }
    }
}
