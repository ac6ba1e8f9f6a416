//! A cached session with the prepared answer to a check. Checks are the most frequent request, so the parts of the answer that do not
//! change are serialised once.

use std::{fmt::Write, ops::Deref};

use latchkey_shared::{Session, Timestamp, Verified};

use crate::store::SessionRecord;

/// The fields that differ between answers, as they are in the serialised answer that is prepared.
const VARYING_FIELDS: &str = r#""expires_in_s":0,"idle_expires_in_s":null,"idle_timeout_s":null,"refreshable":false"#;

/// A session as it was read from the store, with the constant parts of the answer to a check.
#[derive(Clone, Debug)]
pub struct CachedSession {
    record: SessionRecord,
    /// The answer without the varying fields, followed by the user's id. One allocation, because a cache miss of the processor costs a
    /// check as much as all of its computation.
    text: Box<str>,
    /// Where in `text` the varying fields are inserted.
    varying_at: usize,
    /// Where in `text` the user's id begins.
    user_id_at: usize,
}

/// The fields of an answer that depend on when the session is checked.
#[derive(Clone, Copy, Debug)]
pub struct Remaining {
    /// Seconds until the deadline, rounded up.
    pub expires_in_s: u64,
    /// Seconds until the idle limit, rounded up; `None` without an idle limit.
    pub idle_expires_in_s: Option<u64>,
    /// The idle limit in seconds; `None` without one.
    pub idle_timeout_s: Option<u64>,
    /// Whether refreshing would move the deadline.
    pub refreshable: bool,
}

impl CachedSession {
    /// The session as its client gets it.
    #[must_use]
    pub fn session(&self, remaining: Remaining) -> Session {
        session(&self.record, remaining)
    }

    /// The id of the user.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.text[self.user_id_at..]
    }

    /// The answer to a check: [`Verified`] as JSON.
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
    #[expect(
        clippy::expect_used,
        reason = "keys are written in a fixed order, and no JSON string can contain a key with its quotes; tested below"
    )]
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
    fn the_prepared_answer_equals_serdes() {
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
