//! A clock for durations: it only rises, and it counts the time that the machine slept.

use std::cell::Cell;

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

/// Milliseconds since the clock was first read.
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
    let monotonic_ms =
        web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now());
    let date_ms = js_sys::Date::now();
    let elapsed_ms = LAST.get().map_or(0.0, |last| {
        let moved = (monotonic_ms - last.monotonic_ms).max(date_ms - last.date_ms);
        last.elapsed_ms + moved.max(0.0)
    });
    LAST.set(Some(Reading { monotonic_ms, date_ms, elapsed_ms }));
    elapsed_ms as u64
}

/// What the clocks on the wall showed at a time on ours, in the user's way of writing it.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "no page stays open for so many milliseconds")]
pub fn time_of_day(at_ms: u64) -> String {
    let ago_ms = now_ms().saturating_sub(at_ms) as f64;
    let then = js_sys::Date::new(&(js_sys::Date::now() - ago_ms).into());
    then.to_locale_time_string("default").into()
}
