//! Timers that are cancelled when they are dropped, and that do not overflow.

use gloo_timers::callback::Timeout;

/// What browsers can wait at most, 24.8 days. A longer wait would fire at once.
const LONGEST_MS: u32 = i32::MAX as u32;

/// A timer. Dropping it cancels it.
#[derive(Debug)]
pub struct Timer(#[expect(dead_code, reason = "held for its drop")] Timeout);

impl Timer {
    /// Calls back after a while, or after 24.8 days if the while is longer: whoever waits that long looks at the clock again.
    #[must_use]
    pub fn after(while_ms: u64, callback: impl FnOnce() + 'static) -> Self {
        let while_ms = u32::try_from(while_ms).unwrap_or(LONGEST_MS).min(LONGEST_MS);
        Self(Timeout::new(while_ms, callback))
    }

    /// The same, later by a random part of up to a fifth, so that many clients do not come back all at once.
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
