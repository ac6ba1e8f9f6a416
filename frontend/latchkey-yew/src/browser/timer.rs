//! Timers that are cancelled when they are dropped.

use gloo_timers::callback::Timeout;

/// The longest wait of browsers, 24.8 days. A longer one would fire at once.
const LONGEST_MS: u32 = i32::MAX as u32;

/// A timer. Dropping it cancels it.
#[derive(Debug)]
pub struct Timer(#[expect(dead_code, reason = "held for its drop")] Timeout);

impl Timer {
    /// Calls back after a wait of at most 24.8 days. A callback that may have to wait longer must look at the clock.
    #[must_use]
    pub fn after(while_ms: u64, callback: impl FnOnce() + 'static) -> Self {
        let while_ms = u32::try_from(while_ms).unwrap_or(LONGEST_MS).min(LONGEST_MS);
        Self(Timeout::new(while_ms, callback))
    }

    /// Calls back after a wait with up to 20 % of random jitter added, so that many clients do not return at once.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a random wait does not have to be exact"
    )]
    pub fn roughly_after(while_ms: u64, callback: impl FnOnce() + 'static) -> Self {
        let extra_ms = (while_ms as f64 * 0.2 * js_sys::Math::random()) as u64;
        Self::after(while_ms + extra_ms, callback)
    }
}
