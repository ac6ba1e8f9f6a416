//! A monotonic clock that also counts the time during which the computer slept, and the wall clock.

use std::cell::Cell;

use js_sys::Reflect;

/// The last reading of the browser's two clocks, and the time that has elapsed since the first one.
#[derive(Clone, Copy)]
struct Reading {
    monotonic_ms: f64,
    wall_clock_ms: f64,
    elapsed_ms: f64,
}

thread_local! {
    static LAST: Cell<Option<Reading>> = const { Cell::new(None) };
}

/// Milliseconds since the page was navigated to.
///
/// In some browsers `performance.now()` stops while the computer sleeps; the wall clock does not, but it can be set. Each reading
/// therefore adds the larger difference of the two. If the wall clock is set forward, the only effect is an extra check.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "elapsed time is never negative, and whole milliseconds are enough"
)]
pub fn now_ms() -> u64 {
    let monotonic_ms = monotonic_ms();
    let wall_clock_ms = js_sys::Date::now();
    let elapsed_ms = LAST.get().map_or(monotonic_ms, |last| {
        let moved = (monotonic_ms - last.monotonic_ms).max(wall_clock_ms - last.wall_clock_ms);
        last.elapsed_ms + moved.max(0.0)
    });
    LAST.set(Some(Reading { monotonic_ms, wall_clock_ms, elapsed_ms }));
    elapsed_ms as u64
}

fn monotonic_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// When the page arrived, on the clock of [`now_ms`]; the app may have started seconds later.
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
    // Without a value from the browser, the current time.
    received_ms
        .filter(|received_ms| *received_ms > 0.0)
        .map_or_else(now_ms, |received_ms| (received_ms as u64).min(now_ms()))
}

/// Milliseconds since 1970 by the wall clock, which all tabs of a browser share.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no clock is set to before 1970")]
pub fn wall_clock_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// The local time of day at a time on the clock of [`now_ms`], in the user's locale.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "no page stays open for 2^53 milliseconds")]
pub fn time_of_day(at_ms: u64) -> String {
    let ago_ms = now_ms().saturating_sub(at_ms) as f64;
    let then = js_sys::Date::new(&(js_sys::Date::now() - ago_ms).into());
    then.to_locale_time_string("default").into()
}
