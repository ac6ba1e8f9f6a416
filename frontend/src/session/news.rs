//! What the tabs of a browser tell each other: what one of them found out, whole, so that the others need not ask. It is
//! spelled like what the server writes into a page.

use latchkey_shared::{EndReason, SessionId, SignedIn};
use serde::{Deserialize, Serialize};

use crate::browser::{from_json, to_json};

/// News of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Somebody signed in, or changed, or may stay longer.
    Active(SignedIn),
    /// A session ended.
    Ended(End),
}

/// The end of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Which session. Another one goes on.
    pub session: SessionId,
    /// Why.
    pub reason: EndReason,
}

impl News {
    /// Reads what [`write`](Self::write) wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let ended = || from_json(text).map(Self::Ended);
        from_json(text).map(Self::Active).or_else(ended)
    }

    /// As text.
    #[must_use]
    pub fn write(&self) -> Option<String> {
        match self {
            Self::Active(signed_in) => to_json(signed_in),
            Self::Ended(end) => to_json(end),
        }
    }
}
