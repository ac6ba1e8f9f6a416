//! What a person is told about the session, and in which words. All notices share one toast: the newest is the truth.

use latchkey_shared::EndReason;

use crate::end_cause::EndCause;
use crate::toast::{Toast, Tone};
use yew::AttrValue;

/// What the person must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The session ended.
    Ended(EndCause),
    /// The sign-out did nothing, because the session is another one by now.
    SessionChanged,
    /// This browser did not keep the cookie of the session that it signed in to.
    CookieNotKept,
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

/// What to say when a browser did not keep the cookie, which the next check after a log-in shows.
pub const COOKIE_NOT_KEPT: &str = "This browser did not keep the cookie: allow cookies for this site and sign in again. \
    If they are allowed, the address in the address bar may not be the one that this site is set up for.";

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
