//! The wait until the server looks at the next attempt, counted down. Eyes see each second; ears are spared most of them.

use yew::prelude::*;

use super::duration;
use crate::browser::{Timer, now_ms};

/// The seconds that are left until a time on the clock of `browser::now_ms`, while some are.
#[hook]
pub(super) fn use_countdown(until_ms: Option<u64>) -> Option<u64> {
    let render_again = use_force_update();
    let left_ms = until_ms.map(|until_ms| until_ms.saturating_sub(now_ms())).filter(|left_ms| *left_ms > 0);
    use_effect_with(left_ms, move |left_ms| {
        let next_second = left_ms.map(|left_ms| (left_ms - 1) % 1_000 + 1);
        let timer = next_second.map(|after_ms| Timer::after(after_ms, move || render_again.force_update()));
        move || drop(timer)
    });
    left_ms.map(|left_ms| left_ms.div_ceil(1_000))
}

/// The wait in words.
pub(super) fn words(left_s: u64) -> Html {
    html! {
        <>
            <span aria-hidden="true">{ "Try again in " }{ clock(left_s) }{ "." }</span>
            <span class="unseen">{ "Try again in " }{ spoken(left_s) }{ "." }</span>
        </>
    }
}

/// The wait as a clock shows it: `1:05`.
fn clock(left_s: u64) -> String {
    format!("{}:{:02}", left_s / 60, left_s % 60)
}

/// The wait as it is read aloud: never too short, and another only at each minute and near the end.
fn spoken(left_s: u64) -> String {
    match left_s {
        0..=10 => "10 seconds".to_owned(),
        11..=30 => "30 seconds".to_owned(),
        _ => duration::count(left_s.div_ceil(60), "minute"),
    }
}

#[cfg(test)]
mod tests;
