//! A user's waiting times in a browser, measured by `e2e/examples/person.rs`.

use super::Measure;
use crate::{shell, system, test};
use anyhow::{Context, Result};

/// The names in the example's output, their meaning, and the targets. `slow` means a CPU that is four times slower,
/// 1.6 Mbit/s, and a latency of 150 ms.
const BARS: [(&str, &str, f64); 19] = [
    ("revoked_p95_ms", "ended on another device to toast, p95 in ms", 250.0),
    ("expired_worst_ms", "deadline to toast on an idle page, worst in ms", 1000.0),
    ("plain_bytes", "bytes of a cold protected page, until it can be used", 135_000.0),
    ("plain_rest_bytes", "bytes that follow when it can be used", 71_000.0),
    ("plain_requests", "its requests", 5.0),
    ("plain_paint", "its first paint in ms", 124.0),
    ("slow_paint", "the same, slow", 448.0),
    ("plain_name", "until the user's name is visible in ms", 100.0),
    ("slow_name", "the same, slow", 400.0),
    ("plain_interactive", "until it can be used in ms", 170.0),
    ("slow_interactive", "the same, slow", 1100.0),
    ("plain_busy", "work of its main thread in ms", 150.0),
    ("slow_busy", "the same, slow", 500.0),
    ("plain_navigation", "a navigation, click to paint in ms", 12.0),
    ("slow_navigation", "the same, slow", 25.0),
    ("plain_navigation_ratio", "its ratio to one by plain JavaScript", 1.75),
    ("slow_navigation_ratio", "the same, slow", 1.75),
    ("plain_navigation_bytes", "bytes of its check", 550.0),
    ("slow_navigation_bytes", "the same, slow", 550.0),
];

pub fn measure() -> Result<Vec<Measure>> {
    system::browser()?;
    let mut person = shell::command("cargo run --quiet --package latchkey-e2e --example person");
    let output = shell::output(test::with_browser(&mut person)?).context("the example failed")?;
    let values = |name: &str| output.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    let measure = |(name, what, most): (&'static str, &'static str, f64)| {
        let value = values(&format!("{name} ")).with_context(|| format!("the example printed no {name}"))?;
        Ok(Measure::at_most(what, value, most))
    };
    BARS.into_iter().map(measure).collect()
}
