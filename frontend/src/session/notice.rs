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
    /// Signed out here; the server could not be reached.
    SignOutUnconfirmed,
    /// The server confirmed that.
    SignOutConfirmed,
}

/// What there is to say of a sign-out that the server has not confirmed: in short, and whole.
pub const UNCONFIRMED: [&str; 2] = [
    "Signed out on this device",
    "The server cannot be reached and has not confirmed it. Keep this page open: it will, as soon as it answers.",
];

/// The id of the toast.
pub const NOTICE_ID: &str = "session";

impl Notice {
    const fn lasts_ms(self) -> u64 {
        match self {
            Self::Ended(EndReason::SignedOut) | Self::SignOutConfirmed => 5_000,
            // Until the server confirms it, and the next notice takes its place.
            Self::SignOutUnconfirmed => 3_600_000,
            Self::Ended(_) | Self::SessionChanged | Self::SignOutUncertain => 10_000,
        }
    }

    /// The notice in words.
    #[must_use]
    pub fn toast(self) -> Toast {
        let (tone, title, detail) = match self {
            Self::Ended(EndReason::SignedOut) | Self::SignOutConfirmed => {
                (Tone::Success, EndReason::SignedOut.title(), EndReason::SignedOut.detail())
            }
            Self::Ended(reason) => (Tone::Warning, reason.title(), reason.detail()),
            Self::SessionChanged => (
                Tone::Warning,
                "Not signed out",
                "You have signed in again since this page was opened. Sign out once more to end that session.",
            ),
            Self::SignOutUnconfirmed => (Tone::Warning, UNCONFIRMED[0], UNCONFIRMED[1]),
            Self::SignOutUncertain => (
                Tone::Error,
                "Not signed out",
                "The server cannot be reached, so your session may still be active. Try again in a moment.",
            ),
        };
        Toast { id: NOTICE_ID, tone, title: title.into(), detail: detail.into(), lasts_ms: self.lasts_ms() }
    }
}
