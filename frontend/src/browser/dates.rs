//! The server's instants in words, in the page's language. They are shown or compared with each other, but not with the browser's
//! clock, except for `seconds_since`. `Intl` is not used: the first date that it formats occupies a browser for 20 to 40 ms, four times as
//! long on a slow machine. (latchkey-yew's line about an outage has the user's own way to write a time of day, because apps have
//! other languages.)

use js_sys::Date;
use latchkey_shared::Timestamp;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Date and time in the user's time zone: `5 March 2026, 09:07`; the unchanged text if the browser cannot parse it.
#[must_use]
pub fn in_words(instant: &Timestamp) -> String {
    let date = date(instant);
    // The parts of an invalid date are NaN, of which js-sys makes 0.
    let Some(month) = MONTHS.get(date.get_month() as usize).filter(|_| !date.get_time().is_nan()) else {
        return instant.0.clone();
    };
    format!("{} {month} {}, {:02}:{:02}", date.get_date(), date.get_full_year(), date.get_hours(), date.get_minutes())
}

/// Whole seconds from one instant to a later one; `None` if one cannot be parsed, or if the second is not later.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates, and NaN becomes 0")]
pub fn seconds_between(from: &Timestamp, to: &Timestamp) -> Option<u64> {
    let milliseconds = date(to).get_time() - date(from).get_time();
    u64::try_from(milliseconds as i64 / 1000).ok().filter(|seconds| *seconds > 0)
}

/// Whole seconds since an instant; 0 if it has not come yet, because the browser's clock differs from the server's, or if it cannot
/// be parsed. Only for display.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float saturates, and NaN becomes 0"
)]
pub fn seconds_since(instant: &Timestamp) -> u64 {
    ((Date::now() - date(instant).get_time()) / 1_000.0) as u64
}

fn date(instant: &Timestamp) -> Date {
    Date::new(&instant.0.as_str().into())
}
