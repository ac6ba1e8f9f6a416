//! Hooks for components that show time: a countdown, and the current time.

use yew::prelude::*;

use super::{Signal, Timer, now_ms, visibility_signals};

/// Shortest timer between two ticks; clocks may be as coarse as a tenth of a second.
const SHORTEST_TICK_MS: u64 = 50;

/// The whole seconds until a time on the clock of [`now_ms`], rendered anew every second.
#[hook]
pub fn use_countdown(until_ms: Option<u64>) -> Option<u64> {
    let ticks = use_state(|| 0_u32);
    let remaining_ms = until_ms.map(|until_ms| until_ms.saturating_sub(now_ms()));
    // The tick is a dependency, so that the next timer starts even if a coarse clock has not moved.
    let (tick, left) = (ticks.clone(), remaining_ms.filter(|remaining_ms| *remaining_ms > 0));
    use_effect_with((*ticks, until_ms), move |_| {
        let timer = left.map(|remaining_ms| {
            let next_second_ms = (remaining_ms - 1) % 1_000 + 1;
            Timer::after(next_second_ms.max(SHORTEST_TICK_MS), move || tick.set(tick.wrapping_add(1)))
        });
        move || drop(timer)
    });
    remaining_ms.map(|remaining_ms| remaining_ms.div_ceil(1_000))
}

/// The time on the clock of [`now_ms`]. The component is rendered again after `every_ms`, and when the page is visible again.
#[hook]
pub fn use_clock(every_ms: u64) -> u64 {
    let render_again = use_force_update();
    let on_return = render_again.clone();
    use_effect_with((), move |()| {
        let listeners = visibility_signals(move |signal| {
            if matches!(signal, Signal::Shown | Signal::Restored) {
                on_return.force_update();
            }
        });
        move || drop(listeners)
    });
    use_effect(move || {
        let timer = Timer::after(every_ms, move || render_again.force_update());
        move || drop(timer)
    });
    now_ms()
}

/// Seconds as minutes and seconds: `1:05`.
#[must_use]
pub fn minutes_and_seconds(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::minutes_and_seconds;

    #[test]
    fn every_second_has_its_own_text() {
        for (seconds, text) in [(0, "0:00"), (1, "0:01"), (59, "0:59"), (60, "1:00"), (125, "2:05"), (3_600, "60:00")] {
            assert_eq!(minutes_and_seconds(seconds), text);
        }
    }
}
