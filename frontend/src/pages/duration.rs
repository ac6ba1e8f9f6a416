//! Lengths of time as people say them. Pure.

const UNITS: [(u64, &str); 3] = [(24 * 60 * 60, "day"), (60 * 60, "hour"), (60, "minute")];

/// A length of time in its largest unit and the next: `6 days and 23 hours`. What is left over is dropped.
pub(super) fn in_words(seconds: u64) -> String {
    let Some(first) = UNITS.iter().position(|(unit, _)| seconds >= *unit) else {
        return "less than a minute".to_owned();
    };
    let (unit, name) = UNITS[first];
    let words = count(seconds / unit, name);
    match UNITS.get(first + 1) {
        Some((next, name)) if seconds % unit >= *next => format!("{words} and {}", count(seconds % unit / next, name)),
        _ => words,
    }
}

fn count(number: u64, name: &str) -> String {
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
