//! The countdown of a rate limit. It shows every second; screen readers get only a few announcements.

use yew::prelude::*;

use crate::browser::minutes_and_seconds;
use crate::texts::{Texts, fill};

/// The remaining wait as a sentence.
pub(super) fn message(texts: &Texts, remaining_s: u64) -> Html {
    let wait = |time: &str| fill(&texts.try_again_in, time);
    html! {
        <>
            <span aria-hidden="true">{ wait(&minutes_and_seconds(remaining_s)) }</span>
            <span class="lk-unseen">{ wait(&announced(texts, remaining_s)) }</span>
        </>
    }
}

/// The wait for screen readers, rounded up: it changes every minute, and near the end.
fn announced(texts: &Texts, remaining_s: u64) -> String {
    match remaining_s {
        0..=10 => fill(&texts.seconds, "10"),
        11..=30 => fill(&texts.seconds, "30"),
        _ => minutes(texts, remaining_s.div_ceil(60)),
    }
}

/// A number of minutes in words.
pub(super) fn minutes(texts: &Texts, number: u64) -> String {
    fill(if number == 1 { &texts.minute } else { &texts.minutes }, &number.to_string())
}

#[cfg(test)]
mod tests;
