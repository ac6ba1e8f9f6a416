//! The toasts of notices. They share one id, so that the newest replaces the others.

use latchkey_shared::EndReason;

use crate::core::notice::Notice;
use crate::texts::{Message, Texts};
use crate::toast::{Toast, Tone};

impl Notice {
    fn duration_ms(&self) -> u64 {
        match self {
            Self::SignOutConfirmed => 5_000,
            Self::Ended(cause) if *cause == EndReason::SignedOut => 5_000,
            // The notice of the confirmation replaces it.
            Self::SignOutUnconfirmed => 3_600_000,
            Self::Ended(_) | Self::SessionChanged | Self::CookieNotKept => 10_000,
        }
    }

    /// The toast of the notice.
    pub(super) fn toast(self, texts: &Texts) -> Toast {
        let duration_ms = self.duration_ms();
        let (tone, message) = match self {
            Self::SignOutConfirmed => (Tone::Success, texts.signed_out.clone()),
            Self::Ended(cause) if cause == EndReason::SignedOut => (Tone::Success, texts.signed_out.clone()),
            Self::Ended(cause) => (Tone::Warning, texts.end(&cause)),
            Self::SessionChanged => (Tone::Warning, texts.not_signed_out.clone()),
            Self::SignOutUnconfirmed => (Tone::Warning, texts.sign_out_unconfirmed.clone()),
            Self::CookieNotKept => (Tone::Error, texts.cookie_not_kept.clone()),
        };
        let Message { title, detail } = message;
        Toast::of_session(tone, title, detail, duration_ms)
    }
}
