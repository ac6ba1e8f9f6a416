//! Notices in words. All share one toast: the newest is the truth.

use latchkey_shared::EndReason;
use yew::AttrValue;

use crate::core::notice::{COOKIE_NOT_KEPT, Notice};
use crate::end_cause::EndCause;
use crate::toast::{Toast, Tone};

/// What there is to say of a sign-out that the server has not confirmed: in short, and whole.
pub const UNCONFIRMED: [&str; 2] = [
    "Signed out on this device",
    "The server cannot be reached and has not confirmed it. Keep this page open: it will, as soon as it answers.",
];

/// The id of the toast.
pub const NOTICE_ID: &str = "session";

impl Notice {
    fn lasts_ms(&self) -> u64 {
        match self {
            Self::SignOutConfirmed => 5_000,
            Self::Ended(cause) if *cause == EndReason::SignedOut => 5_000,
            // Until the server confirms it, and the next notice takes its place.
            Self::SignOutUnconfirmed => 3_600_000,
            Self::Ended(_) | Self::SessionChanged | Self::CookieNotKept => 10_000,
        }
    }

    /// The notice in words.
    #[must_use]
    pub fn toast(self) -> Toast {
        let lasts_ms = self.lasts_ms();
        let (tone, title, detail) = match self {
            Self::SignOutConfirmed => signed_out(),
            Self::Ended(cause) if cause == EndReason::SignedOut => signed_out(),
            Self::Ended(EndCause::Known(reason)) => (Tone::Warning, reason.title().into(), reason.detail().into()),
            Self::Ended(EndCause::Other { title, detail }) => (Tone::Warning, title.into(), detail.into()),
            Self::SessionChanged => (
                Tone::Warning,
                "Not signed out".into(),
                "You have signed in again since this page was opened. Sign out once more to end that session.".into(),
            ),
            Self::SignOutUnconfirmed => (Tone::Warning, UNCONFIRMED[0].into(), UNCONFIRMED[1].into()),
            Self::CookieNotKept => (Tone::Error, "Not signed in".into(), COOKIE_NOT_KEPT.into()),
        };
        Toast { id: NOTICE_ID, tone, title, detail, lasts_ms }
    }
}

fn signed_out() -> (Tone, AttrValue, AttrValue) {
    (Tone::Success, EndReason::SignedOut.title().into(), EndReason::SignedOut.detail().into())
}
