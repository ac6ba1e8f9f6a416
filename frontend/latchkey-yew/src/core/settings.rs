//! What an app can choose about the rules.

/// What an app can choose about the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long ahead of its end a session is warned of at most.
    pub longest_warning_ms: u64,
    /// How long an answer of the server's stays good for somebody who only comes back to the page.
    pub recheck_after_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { longest_warning_ms: 120_000, recheck_after_ms: 60_000 }
    }
}
