//! The text form of messages between tabs: the wall-clock time, and JSON in the form that the server embeds in pages.

use latchkey_shared::SessionId;
use serde::{Deserialize, Serialize};

use crate::browser::{Json, to_json};
use crate::core::tab_message::{SessionEnd, TabMessage};
use crate::end_cause::EndCause;

/// A [`SessionEnd`] on the wire between tabs.
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

impl TabMessage {
    /// Parses what [`write`](Self::write) wrote. The forms are tried one after the other; each has a field that no other has.
    fn read(text: &str) -> Option<Self> {
        let json = Json::parse(text)?;
        let ended = |EndMessage { session, reason, title, detail }| {
            Self::Ended(SessionEnd { session, cause: EndCause::from_code(&reason, title, detail) })
        };
        (json.read().map(Self::Active))
            .or_else(|_| json.read().map(Self::Confirmed))
            .or_else(|_| json.read().map(ended))
            .or_else(|_| json.read().map(Self::SignOutPending))
            .or_else(|_| json.read().map(|SignOutDone { done }| Self::SignOutDone(done)))
            .ok()
    }

    /// The message as text: the time in milliseconds on the wall clock, a line feed, and JSON.
    #[must_use]
    pub fn message(&self, sent_at: u64) -> Option<String> {
        Some(format!("{sent_at}\n{}", self.write()?))
    }

    /// Parses what [`message`](Self::message) wrote; returns the message and when it was sent.
    #[must_use]
    pub fn from_message(message: &str) -> Option<(Self, u64)> {
        let (sent_at, text) = message.split_once('\n')?;
        Self::read(text).zip(sent_at.parse().ok())
    }

    fn write(&self) -> Option<String> {
        match self {
            Self::Active(signed_in) => to_json(signed_in),
            Self::Confirmed(verified) => to_json(verified),
            Self::Ended(SessionEnd { session, cause }) => to_json(&EndMessage {
                session: session.clone(),
                reason: cause.code().unwrap_or_default().to_owned(),
                title: cause.title().to_owned(),
                detail: cause.detail().to_owned(),
            }),
            Self::SignOutPending(pending) => to_json(pending),
            Self::SignOutDone(done) => to_json(&SignOutDone { done: done.clone() }),
        }
    }
}
