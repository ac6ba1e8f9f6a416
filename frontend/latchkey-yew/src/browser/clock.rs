//! A clock for durations: it only rises, and it counts the time that the machine slept.

use std::cell::Cell;

use js_sys::Reflect;

/// What the two clocks of the browser last said, and how much time has passed since the first look at them.
#[derive(Clone, Copy)]
struct Reading {
    monotonic_ms: f64,
    date_ms: f64,
    elapsed_ms: f64,
}

thread_local! {
    static LAST: Cell<Option<Reading>> = const { Cell::new(None) };
}

/// Milliseconds since the page was navigated to.
///
/// `performance.now()` stands still in some browsers while the machine sleeps; the date goes on, but can be set. So each
/// reading adds whichever moved further. A date that is set forward makes the app ask the server once too often, no more.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "elapsed time is never negative, and whole milliseconds are enough"
)]
pub fn now_ms() -> u64 {
    let monotonic_ms = monotonic_ms();
    let date_ms = js_sys::Date::now();
    let elapsed_ms = LAST.get().map_or(monotonic_ms, |last| {
        let moved = (monotonic_ms - last.monotonic_ms).max(date_ms - last.date_ms);
        last.elapsed_ms + moved.max(0.0)
    });
    LAST.set(Some(Reading { monotonic_ms, date_ms, elapsed_ms }));
    elapsed_ms as u64
}

fn monotonic_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// When the page arrived, on the clock of [`now_ms`]: its app may have come seconds later.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the browser counts from the navigation on"
)]
pub fn page_received_ms() -> u64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    let entries = performance.map(|performance| performance.get_entries_by_type("navigation"));
    let entry = entries.map(|entries| entries.get(0)).filter(|entry| !entry.is_undefined());
    let received_ms = entry.and_then(|entry| Reflect::get(&entry, &"responseStart".into()).ok()?.as_f64());
    // Where the browser does not say, it counts from now.
    received_ms
        .filter(|received_ms| *received_ms > 0.0)
        .map_or_else(now_ms, |received_ms| (received_ms as u64).min(now_ms()))
}

/// Milliseconds since 1970 by the clock on the wall, which all tabs of a browser share.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "nobody sets a clock to before 1970")]
pub fn date_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// What the clocks on the wall showed at a time on ours, in the user's way of writing it.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "no page stays open for so many milliseconds")]
pub fn time_of_day(at_ms: u64) -> String {
    let ago_ms = now_ms().saturating_sub(at_ms) as f64;
    let then = js_sys::Date::new(&(js_sys::Date::now() - ago_ms).into());
    then.to_locale_time_string("default").into()
}
