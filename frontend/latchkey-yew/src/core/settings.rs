//! The settings of the rules.

/// The rules' settings, which an app can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The longest time between the warning and the deadline.
    pub longest_warning_ms: u64,
    /// How old the last answer may be when the user comes back to the page without a new check.
    pub recheck_after_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { longest_warning_ms: 120_000, recheck_after_ms: 60_000 }
    }
}
