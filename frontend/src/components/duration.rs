//! Durations in words.

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A duration in its largest unit and the next, rounded to the latter: `6 days and 23 hours`. Seconds are used only below two
/// minutes.
pub fn in_words(seconds: u64) -> String {
    if seconds < 2 * MINUTE {
        return count(seconds, "second");
    }
    let precision = match seconds {
        DAY.. => HOUR,
        _ => MINUTE,
    };
    let seconds = (seconds + precision / 2) / precision * precision;
    let parts: Vec<_> = [(seconds / DAY, "day"), (seconds % DAY / HOUR, "hour"), (seconds % HOUR / MINUTE, "minute")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, name)| count(number, name))
        .collect();
    parts.join(" and ")
}

/// How long ago something was, in the largest unit, rounded down: `2 hours ago`. Less than a minute counts as now.
pub fn ago_in_words(seconds: u64) -> String {
    let units = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")];
    let largest = units.into_iter().find(|(length, _)| seconds >= *length);
    largest.map_or("now".to_owned(), |(length, name)| count(seconds / length, name) + " ago")
}

/// A number with its noun: `1 day`, `2 days`.
pub fn count(number: u64, name: &str) -> String {
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
