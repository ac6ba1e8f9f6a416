//! What the tabs of a browser tell each other: what one of them found out, whole, so that the others need not ask. It is
//! spelled like what the server writes into a page.

use latchkey_shared::{EndReason, SessionId, SignedIn, Verified};
use serde::{Deserialize, Serialize};

use crate::browser::{from_json, to_json};
use crate::end_cause::EndCause;

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
    fn stored(&self) -> String {
        let mark = if self.replaced { " +" } else { "" };
        [&self.pending.0, mark].concat()
    }

    fn from_stored(line: &str) -> Self {
        let id = line.strip_suffix(" +");
        Self { pending: SessionId(id.unwrap_or(line).to_owned()), replaced: id.is_some() }
    }
}

/// The pending sign-outs of all tabs, as the storage of the browser keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredSignOuts(Vec<PendingSignOut>);

impl StoredSignOuts {
    /// Reads what [`text`](Self::text) wrote.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self(text.lines().filter(|line| !line.is_empty()).map(PendingSignOut::from_stored).collect())
    }

    /// One a line; nothing, where none is pending.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let lines: Vec<_> = self.0.iter().map(PendingSignOut::stored).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// What a tab has to make up for. Of several, any session that the cookie opens may be the one.
    #[must_use]
    pub fn pending(&self) -> Option<PendingSignOut> {
        let (last, others) = self.0.split_last()?;
        Some(PendingSignOut { replaced: last.replaced || !others.is_empty(), ..last.clone() })
    }

    /// A tab has another pending sign-out than before; those of other tabs stay.
    pub fn update(&mut self, before: Option<&PendingSignOut>, now: Option<&PendingSignOut>) {
        let is = |stored: &PendingSignOut, other: Option<&PendingSignOut>| {
            other.is_some_and(|other| stored.pending == other.pending)
        };
        let replaced = self.0.iter().any(|stored| stored.replaced && is(stored, now) && !is(stored, before));
        self.0.retain(|stored| !is(stored, before) && !is(stored, now));
        self.0.extend(now.map(|now| PendingSignOut { replaced: now.replaced || replaced, ..now.clone() }));
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

    fn pending(id: &str, replaced: bool) -> PendingSignOut {
        PendingSignOut { pending: SessionId(id.into()), replaced }
    }

    #[test]
    fn the_storage_keeps_ids_and_marks() {
        let mut stored = StoredSignOuts::default();
        assert_eq!((stored.text(), stored.pending()), (None, None));
        for one in [pending("s1", true), pending("s2", false)] {
            stored.update(None, Some(&one));
            assert_eq!(StoredSignOuts::read(&stored.text().unwrap()), stored);
        }
        assert_eq!(stored.pending(), Some(pending("s2", true)), "either may be the cookie's");
    }

    #[test]
    fn what_one_tab_has_done_with_another_tabs_stays() {
        let mut stored = StoredSignOuts::default();
        stored.update(None, Some(&pending("s1", true)));
        stored.update(None, Some(&pending("s1", false)));
        assert_eq!(stored.pending(), Some(pending("s1", true)), "the mark stays");
        stored.update(None, Some(&pending("s2", false)));
        stored.update(Some(&pending("s2", false)), None);
        assert_eq!(stored.pending(), Some(pending("s1", true)));
        stored.update(Some(&pending("s1", true)), Some(&pending("s3", false)));
        assert_eq!(stored.pending(), Some(pending("s3", false)));
    }
}
