//! What a person is told about the session, and in which words. All notices share one toast: the newest is the truth.

use latchkey_shared::EndReason;

use crate::toast::{Toast, Tone};

/// What the person must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The session ended.
    Ended(EndReason),
    /// The sign-out did nothing, because the session is another one by now.
    SessionChanged,
    /// The sign-out may not have happened.
    SignOutUncertain,
}

/// The id of the toast.
pub const NOTICE_ID: &str = "session";

impl Notice {
    /// The notice in words.
    #[must_use]
    pub fn toast(self) -> Toast {
        let (tone, title, detail) = match self {
            Self::Ended(EndReason::SignedOut) => {
                (Tone::Success, EndReason::SignedOut.title(), EndReason::SignedOut.detail())
            }
            Self::Ended(reason) => (Tone::Warning, reason.title(), reason.detail()),
            Self::SessionChanged => (
                Tone::Warning,
                "Not signed out",
                "You have signed in again since this page was opened. Sign out once more to end that session.",
            ),
            Self::SignOutUncertain => (
                Tone::Error,
                "Not signed out",
                "The server cannot be reached, so your session may still be active. Try again in a moment.",
            ),
        };
        Toast { id: NOTICE_ID, tone, title, detail, lasts_ms: if tone == Tone::Success { 5_000 } else { 10_000 } }
    }
}
