//! What the tabs of a browser tell each other: what one of them found out, whole, so that the others need not ask. It is
//! spelled like what the server writes into a page.

use latchkey_shared::{EndReason, SessionId, SignedIn, Verified};
use serde::{Deserialize, Serialize};

use super::end_cause::EndCause;
use crate::browser::{from_json, to_json};

/// News of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A user signed in, or changed, or may stay longer.
    Active(SignedIn),
    /// The server confirmed the session after the user did something: its limits have moved.
    Confirmed(Verified),
    /// A session ended.
    Ended(End),
    /// The user signed out, and the server has not confirmed it yet.
    SignOutAsked(PendingSignOut),
    /// The server confirmed that, or another session has taken the place of that one.
    SignOutDone(SessionId),
}

/// The end of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Which session. Another one goes on.
    pub session: SessionId,
    /// Why.
    pub cause: EndCause,
}

/// A sign-out that the server has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSignOut {
    /// The session that the user left.
    pub pending: SessionId,
    /// Whether a call was in flight that may have put another session into its place: that one is to end too.
    pub replaced: bool,
}

/// An [`End`] on the wire between tabs.
#[derive(Serialize, Deserialize)]
struct EndMessage {
    session: SessionId,
    reason: String,
    title: String,
    detail: String,
}

#[derive(Serialize, Deserialize)]
struct SignOutDone {
    done: SessionId,
}

impl End {
    /// The end of a session for one of the known reasons.
    #[must_use]
    pub fn new(session: SessionId, reason: EndReason) -> Self {
        Self { session, cause: reason.into() }
    }
}

impl PendingSignOut {
    /// As the browser's storage keeps it: the id, and a mark if another session may have taken its place.
    #[must_use]
    pub fn stored(&self) -> String {
        let mark = if self.replaced { " +" } else { "" };
        [&self.pending.0, mark].concat()
    }

    /// Reads what [`stored`](Self::stored) wrote.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        let id = text.strip_suffix(" +");
        Self { pending: SessionId(id.unwrap_or(text).to_owned()), replaced: id.is_some() }
    }
}

/// What the storage of the browser is to hold when a tab's pending sign-out changes: it is shared, and may hold another tab's.
#[must_use]
pub fn merge_stored(
    stored: Option<PendingSignOut>,
    before: Option<&PendingSignOut>,
    now: Option<&PendingSignOut>,
) -> Option<PendingSignOut> {
    let same =
        |one: &PendingSignOut, other: Option<&PendingSignOut>| other.is_some_and(|other| one.pending == other.pending);
    match (stored, now) {
        (Some(stored), None) if !same(&stored, before) => Some(stored),
        (_, None) => None,
        (Some(stored), Some(now)) if !same(&stored, before) => {
            let replaced = now.replaced || stored.replaced || stored.pending != now.pending;
            Some(PendingSignOut { replaced, ..now.clone() })
        }
        (_, Some(now)) => Some(now.clone()),
    }
}

impl News {
    /// Reads what [`write`](Self::write) wrote. The forms are tried one after the other: each has a field that no other has.
    fn read(text: &str) -> Option<Self> {
        let ended = || {
            let EndMessage { session, reason, title, detail } = from_json(text)?;
            Some(Self::Ended(End { session, cause: EndCause::of(&reason, title, detail) }))
        };
        from_json(text)
            .map(Self::Active)
            .or_else(|| from_json(text).map(Self::Confirmed))
            .or_else(ended)
            .or_else(|| from_json(text).map(Self::SignOutAsked))
            .or_else(|| from_json(text).map(|SignOutDone { done }| Self::SignOutDone(done)))
    }

    /// As the tabs' channel carries it: with the time on the clock on the wall, in milliseconds, and after it the news.
    #[must_use]
    pub fn message(&self, sent_at: u64) -> Option<String> {
        Some(format!("{sent_at}\n{}", self.write()?))
    }

    /// Reads what [`message`](Self::message) wrote: the news, and when it was sent.
    #[must_use]
    pub fn from_message(message: &str) -> Option<(Self, u64)> {
        let (sent_at, text) = message.split_once('\n')?;
        Self::read(text).zip(sent_at.parse().ok())
    }

    /// As text.
    fn write(&self) -> Option<String> {
        match self {
            Self::Active(signed_in) => to_json(signed_in),
            Self::Confirmed(verified) => to_json(verified),
            Self::Ended(End { session, cause }) => to_json(&EndMessage {
                session: session.clone(),
                reason: cause.code().unwrap_or_default().to_owned(),
                title: cause.title().to_owned(),
                detail: cause.detail().to_owned(),
            }),
            Self::SignOutAsked(pending) => to_json(pending),
            Self::SignOutDone(done) => to_json(&SignOutDone { done: done.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_storage_keeps_an_id_and_a_mark() {
        for replaced in [true, false] {
            let pending = PendingSignOut { pending: SessionId("s1".into()), replaced };
            assert_eq!(PendingSignOut::from_stored(&pending.stored()), pending);
        }
    }
}
