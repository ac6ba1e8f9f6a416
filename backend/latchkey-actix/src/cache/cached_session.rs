//! A cached session with what it takes to answer a check. Checks are the most frequent request, so what is slow to write is prepared.
//! Memory counts as much: with many sessions, most of a check's time is spent waiting for memory that no processor cache has.

use std::ops::Deref;

use latchkey_shared::{Session, Timestamp};

use crate::store::SessionRecord;

/// A session as it was read from the store, without the client's address and browser, which no check needs.
#[derive(Clone, Debug)]
pub struct CachedSession {
    record: SessionRecord,
    /// What differs between the answers for sessions, as it is in them: from the session's id to `expires_at`, followed by the user's id.
    /// One allocation, so that a check waits for memory once, and without the rest of the answer, so that more sessions fit into the
    /// processor's caches.
    text: Box<str>,
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
        let Remaining { expires_in_s, idle_expires_in_s, idle_timeout_s, refreshable } = remaining;
        let text = |instant: jiff::Timestamp| Timestamp(instant.to_string());
        let (created_at, expires_at) = (text(self.created_at), text(self.expires_at));
        let mut session = Session::new(self.id.clone(), created_at, expires_at, expires_in_s);
        session.idle_expires_in_s = idle_expires_in_s;
        session.idle_timeout_s = idle_timeout_s;
        session.refreshable = refreshable;
        session
    }

    /// The id of the user. It is read from `text`, which a check reads anyway, unless it is escaped there and so longer.
    #[must_use]
    pub fn user_id(&self) -> &str {
        let (raw, written) = (&self.user.id.0, &self.text[self.user_id_at..]);
        if raw.len() == written.len() { written } else { raw }
    }

    /// The answer to a check: [`Verified`](latchkey_shared::Verified) as JSON, in one allocation of exactly its length.
    #[must_use]
    pub fn verified_json(&self, remaining: Remaining) -> String {
        let Remaining { expires_in_s, idle_expires_in_s, idle_timeout_s, refreshable } = remaining;
        let (session, user_id) = self.text.split_at(self.user_id_at);
        let mut buffers = [itoa::Buffer::new(); 4];
        let [expires_in, idle_expires_in, idle_timeout, version] = &mut buffers;
        [
            r#"{"session":{"id":""#,
            session,
            r#"","expires_in_s":"#,
            expires_in.format(expires_in_s),
            r#","idle_expires_in_s":"#,
            idle_expires_in_s.map_or("null", |seconds| idle_expires_in.format(seconds)),
            r#","idle_timeout_s":"#,
            idle_timeout_s.map_or("null", |seconds| idle_timeout.format(seconds)),
            if refreshable { r#","refreshable":true},"user_id":""# } else { r#","refreshable":false},"user_id":""# },
            user_id,
            r#"","user_version":"#,
            version.format(self.user.version),
            "}",
        ]
        .concat()
    }
}

/// A text as it is between the quotes of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

impl From<SessionRecord> for CachedSession {
    fn from(record: SessionRecord) -> Self {
        let SessionRecord { id, created_at, expires_at, .. } = &record;
        let (id, user_id) = (escaped(&id.0), escaped(&record.user.id.0));
        let session = format!(r#"{id}","created_at":"{created_at}","expires_at":"{expires_at}"#);
        let (text, user_id_at) = ([session.as_str(), &user_id].concat().into(), session.len());
        Self { record: SessionRecord { ip: None, user_agent: None, ..record }, text, user_id_at }
    }
}

impl Deref for CachedSession {
    type Target = SessionRecord;

    fn deref(&self) -> &SessionRecord {
        &self.record
    }
}

#[cfg(test)]
mod tests {
    use latchkey_shared::{SessionId, User, UserId, Verified};

    use super::*;

    fn cached(session_id: &str, user_id: &str) -> CachedSession {
        let now = jiff::Timestamp::UNIX_EPOCH;
        CachedSession::from(SessionRecord {
            id: SessionId(session_id.into()),
            user: User::new(UserId(user_id.into()), "", "", 7),
            created_at: now,
            expires_at: now,
            last_seen_at: now,
            ip: Some("192.0.2.1".into()),
            user_agent: Some("a browser".into()),
            remembered: true,
            ended: None,
        })
    }

    #[test]
    fn the_answer_equals_serdes() {
        for id in ["5f0c", "", "\"u\" \\ \u{1}\u{7f}\u{20ac}\n", r#"","user_version":8,"x":""#] {
            let cached = cached(id, id);
            assert_eq!(cached.user_id(), id);
            for idle_expires_in_s in [None, Some(0), Some(u64::MAX)] {
                for (expires_in_s, refreshable) in [(0, false), (604_800, true), (u64::MAX, true)] {
                    for idle_timeout_s in [None, Some(0), Some(u64::MAX)] {
                        let remaining = Remaining { expires_in_s, idle_expires_in_s, idle_timeout_s, refreshable };
                        let verified = Verified::new(cached.session(remaining), UserId(id.into()), 7);
                        let json = cached.verified_json(remaining);
                        assert_eq!(json, serde_json::to_string(&verified).unwrap());
                        assert_eq!(json.capacity(), json.len());
                    }
                }
            }
        }
    }

    #[test]
    fn address_and_browser_are_not_kept_in_memory() {
        let cached = cached("s", "u");
        assert_eq!((&cached.ip, &cached.user_agent), (&None, &None));
    }
}
