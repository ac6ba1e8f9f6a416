//! A session as it was read from the store, with the answer to a check of it written as far as it stays the same: a check
//! is the one thing that a server does all day.

use std::{fmt::Write, ops::Deref};

use latchkey_shared::{Session, Timestamp, Verified};

use crate::store::SessionRecord;

/// What differs from one answer to the next, as it stands in the answer that is prepared.
const VARYING_FIELDS: &str = r#""expires_in_s":0,"idle_expires_in_s":null,"idle_timeout_s":null,"refreshable":false"#;

/// A session with what every answer about it holds, made once.
#[derive(Clone, Debug)]
pub struct CachedSession {
    record: SessionRecord,
    /// The answer without what varies. In one piece with the handle of the user: each piece of memory that is not at hand
    /// costs a check as much as all its arithmetic.
    text: Box<str>,
    /// Where in it that belongs, and where the handle of the user begins.
    varying_at: usize,
    user_id_at: usize,
}

/// What is left of a session at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Remaining {
    /// Seconds to the deadline, rounded up.
    pub expires_in_s: u64,
    /// Seconds to the idle limit, rounded up, if there is one.
    pub idle_expires_in_s: Option<u64>,
    /// The idle limit in seconds, if there is one.
    pub idle_timeout_s: Option<u64>,
    /// Whether the deadline would move if the client asked for it.
    pub refreshable: bool,
}

impl CachedSession {
    /// The session, as its client sees it.
    #[must_use]
    pub fn session(&self, remaining: Remaining) -> Session {
        session(&self.record, remaining)
    }

    /// Whose it is.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.text[self.user_id_at..]
    }

    /// [`Verified`] as JSON.
    #[must_use]
    pub fn verified_json(&self, remaining: Remaining) -> String {
        let Remaining { expires_in_s, idle_expires_in_s, idle_timeout_s, refreshable } = remaining;
        let (before, after) = self.text[..self.user_id_at].split_at(self.varying_at);
        let mut json = String::with_capacity(self.text.len() + 2 * VARYING_FIELDS.len());
        json += before;
        // Writing to a String does not fail.
        let _ = write!(json, r#""expires_in_s":{expires_in_s}"#);
        for (key, seconds) in [("idle_expires_in_s", idle_expires_in_s), ("idle_timeout_s", idle_timeout_s)] {
            let _ = match seconds {
                Some(seconds) => write!(json, r#","{key}":{seconds}"#),
                None => write!(json, r#","{key}":null"#),
            };
        }
        json += if refreshable { r#","refreshable":true"# } else { r#","refreshable":false"# };
        json += after;
        json
    }
}

impl From<SessionRecord> for CachedSession {
    #[expect(clippy::expect_used, reason = "the test below would fail first: in JSON, no text can look like a key")]
    fn from(record: SessionRecord) -> Self {
        let session = session(
            &record,
            Remaining { expires_in_s: 0, idle_expires_in_s: None, idle_timeout_s: None, refreshable: false },
        );
        let verified = Verified::new(session, record.user.id.clone(), record.user.version);
        let json = serde_json::to_string(&verified).expect("texts and numbers are JSON");
        let (before, after) = json.split_once(VARYING_FIELDS).expect("fields are written in their order");
        let (varying_at, user_id_at) = (before.len(), before.len() + after.len());
        let text = [before, after, record.user.id.0.as_str()].concat().into();
        Self { record, text, varying_at, user_id_at }
    }
}

impl Deref for CachedSession {
    type Target = SessionRecord;

    fn deref(&self) -> &SessionRecord {
        &self.record
    }
}

fn session(record: &SessionRecord, remaining: Remaining) -> Session {
    let Remaining { expires_in_s, idle_expires_in_s, idle_timeout_s, refreshable } = remaining;
    let text = |instant: jiff::Timestamp| Timestamp(instant.to_string());
    let (created_at, expires_at) = (text(record.created_at), text(record.expires_at));
    let mut session = Session::new(record.id.clone(), created_at, expires_at, expires_in_s);
    session.idle_expires_in_s = idle_expires_in_s;
    session.idle_timeout_s = idle_timeout_s;
    session.refreshable = refreshable;
    session
}

#[cfg(test)]
mod tests {
    use latchkey_shared::{SessionId, User, UserId};

    use super::*;

    #[test]
    fn the_prepared_answer_is_the_one_that_serde_would_write() {
        let user = User::new(UserId(format!("\"u\" {VARYING_FIELDS}")), "", "", 7);
        let now = jiff::Timestamp::UNIX_EPOCH;
        let cached = CachedSession::from(SessionRecord {
            id: SessionId("s".into()),
            user: user.clone(),
            created_at: now,
            expires_at: now,
            last_seen_at: now,
            ip: None,
            user_agent: None,
            remembered: true,
            ended: None,
        });
        assert_eq!(cached.user_id(), user.id.0);
        for idle_expires_in_s in [None, Some(0), Some(u64::MAX)] {
            for (expires_in_s, refreshable) in [(0, false), (604_800, true), (u64::MAX, true)] {
                for idle_timeout_s in [None, Some(0), Some(u64::MAX)] {
                    let remaining = Remaining { expires_in_s, idle_expires_in_s, idle_timeout_s, refreshable };
                    let verified = Verified::new(cached.session(remaining), user.id.clone(), 7);
                    assert_eq!(cached.verified_json(remaining), serde_json::to_string(&verified).unwrap());
                }
            }
        }
    }
}
