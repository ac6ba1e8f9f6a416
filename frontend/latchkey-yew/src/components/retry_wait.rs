//! The wait until the server looks at the next attempt. Eyes see each second; ears are spared most of them.

use yew::prelude::*;

use super::duration;
use crate::browser::minutes_and_seconds;

/// The wait in words, counted down.
pub(super) fn message(left_s: u64) -> Html {
    html! {
        <>
            <span aria-hidden="true">{ "Try again in " }{ minutes_and_seconds(left_s) }{ "." }</span>
            <span class="unseen">{ "Try again in " }{ spoken(left_s) }{ "." }</span>
        </>
    }
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
