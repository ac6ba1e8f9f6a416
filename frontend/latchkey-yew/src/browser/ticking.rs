//! Time that passes before a user's eyes: the time until something, counted down, and the time that it is.

use yew::prelude::*;

use super::{Signal, Timer, look_signals, now_ms};

/// Clocks are as coarse as a tenth of a second.
const SHORTEST_TICK_MS: u64 = 50;

/// The whole seconds until a time on the clock of [`now_ms`], none of them skipped.
#[hook]
pub fn use_countdown(until_ms: Option<u64>) -> Option<u64> {
    let ticks = use_state(|| 0_u32);
    let left_ms = until_ms.map(|until_ms| until_ms.saturating_sub(now_ms()));
    // Each tick sets the next one, also when a coarse clock has not moved since the last.
    let (tick, left) = (ticks.clone(), left_ms.filter(|left_ms| *left_ms > 0));
    use_effect_with((*ticks, until_ms), move |_| {
        let timer = left.map(|left_ms| {
            let next_second_ms = (left_ms - 1) % 1_000 + 1;
            Timer::after(next_second_ms.max(SHORTEST_TICK_MS), move || tick.set(tick.wrapping_add(1)))
        });
        move || drop(timer)
    });
    left_ms.map(|left_ms| left_ms.div_ceil(1_000))
}

/// The time on the clock of [`now_ms`]. The component renders again after a while, and when the page is looked at again, so
/// that what it says about time stays true.
#[hook]
pub fn use_clock(every_ms: u64) -> u64 {
    let render_again = use_force_update();
    let on_return = render_again.clone();
    use_effect_with((), move |()| {
        let listeners = look_signals(move |signal| {
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

/// Seconds as a clock shows them: `1:05`.
#[must_use]
pub fn minutes_and_seconds(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::minutes_and_seconds;

    #[test]
    fn it_is_seen_to_the_second() {
        for (seconds, seen) in [(0, "0:00"), (1, "0:01"), (59, "0:59"), (60, "1:00"), (125, "2:05"), (3_600, "60:00")] {
            assert_eq!(minutes_and_seconds(seconds), seen);
        }
    }
}
