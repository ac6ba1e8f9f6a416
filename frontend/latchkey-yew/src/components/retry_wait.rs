//! The wait until the server looks at the next attempt. Eyes see each second; ears are spared most of them.

use yew::prelude::*;

use crate::browser::minutes_and_seconds;
use crate::texts::{Texts, fill};

/// The wait in words, counted down.
pub(super) fn message(texts: &Texts, left_s: u64) -> Html {
    let wait = |time: &str| fill(&texts.try_again_in, time);
    html! {
        <>
            <span aria-hidden="true">{ wait(&minutes_and_seconds(left_s)) }</span>
            <span class="lk-unseen">{ wait(&spoken(texts, left_s)) }</span>
        </>
    }
}

/// The wait as it is read aloud: never too short, and another only at each minute and near the end.
fn spoken(texts: &Texts, left_s: u64) -> String {
    match left_s {
        0..=10 => fill(&texts.seconds, "10"),
        11..=30 => fill(&texts.seconds, "30"),
        _ => minutes(texts, left_s.div_ceil(60)),
    }
}

/// A number of minutes in words.
pub(super) fn minutes(texts: &Texts, number: u64) -> String {
    fill(if number == 1 { &texts.minute } else { &texts.minutes }, &number.to_string())
}

#[cfg(test)]
mod tests;
