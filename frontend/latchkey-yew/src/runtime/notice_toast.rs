//! Notices in words. All share one toast: the newest is the truth.

use latchkey_shared::EndReason;

use crate::core::notice::Notice;
use crate::texts::{Message, Texts};
use crate::toast::{Toast, Tone};

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
    pub(super) fn toast(self, texts: &Texts) -> Toast {
        let lasts_ms = self.lasts_ms();
        let (tone, message) = match self {
            Self::SignOutConfirmed => (Tone::Success, texts.signed_out.clone()),
            Self::Ended(cause) if cause == EndReason::SignedOut => (Tone::Success, texts.signed_out.clone()),
            Self::Ended(cause) => (Tone::Warning, texts.end(&cause)),
            Self::SessionChanged => (Tone::Warning, texts.not_signed_out.clone()),
            Self::SignOutUnconfirmed => (Tone::Warning, texts.sign_out_unconfirmed.clone()),
            Self::CookieNotKept => (Tone::Error, texts.cookie_not_kept.clone()),
        };
        let Message { title, detail } = message;
        Toast::of_session(tone, title, detail, lasts_ms)
    }
}
