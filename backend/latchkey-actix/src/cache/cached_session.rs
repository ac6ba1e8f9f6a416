//! A cached session with what it takes to answer a check. Checks are the most frequent request, so what is slow to write is prepared.
//! Memory counts as much: with many sessions, most of a check's time is spent waiting for memory that no processor cache has.

use std::ops::{Deref, Range};

use latchkey_shared::{Session, Timestamp};
use smallvec::SmallVec;

use crate::store::{SessionRecord, SessionTimes};

/// Bytes of [`PreparedCheck::text`] for ids as the stores make them.
const TEXT_BYTES: usize = 184;

/// A session as it was read from the store, without the client's address and browser, which no check needs.
#[derive(Clone, Debug)]
pub struct CachedSession {
    record: SessionRecord,
    check: PreparedCheck,
}

/// What a check of a session reads.
// In this order, it is read from the beginning to the end.
#[repr(C)]
#[derive(Clone, Debug)]
pub struct PreparedCheck {
    /// What decides whether the session is active.
    pub times: SessionTimes,
    /// Where in `text` the answer goes on with the user's id, after what depends on the time of the check.
    user: Range<usize>,
    /// Where in `text` the user's id is: there, or after the answer if it is escaped there.
    user_id: Range<usize>,
    /// What differs between the answers for sessions, as it is in them: from the session's id to `expires_at`, followed by all from the
    /// user's id to the end. Without the rest of the answer, so that more sessions fit into the processor's caches.
    text: SmallVec<[u8; TEXT_BYTES]>,
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

    /// What a check of the session reads.
    #[must_use]
    pub fn check(&self) -> &PreparedCheck {
        &self.check
    }
}

impl PreparedCheck {
    /// The id of the user, in UTF-8.
    #[must_use]
    pub fn user_id(&self) -> &[u8] {
        &self.text[self.user_id.clone()]
    }

    /// The answer to a check: [`Verified`](latchkey_shared::Verified) as JSON, in one allocation of exactly its length.
    #[must_use]
    pub fn verified_json(&self, remaining: Remaining) -> Vec<u8> {
        let Remaining { expires_in_s, idle_expires_in_s, idle_timeout_s, refreshable } = remaining;
        let (session, user) = (&self.text[..self.user.start], &self.text[self.user.clone()]);
        let mut buffers = [itoa::Buffer::new(); 3];
        let [expires_in, idle_expires_in, idle_timeout] = &mut buffers;
        [
            r#"{"session":{"id":""#.as_bytes(),
            session,
            br#"","expires_in_s":"#,
            expires_in.format(expires_in_s).as_bytes(),
            br#","idle_expires_in_s":"#,
            idle_expires_in_s.map_or("null", |seconds| idle_expires_in.format(seconds)).as_bytes(),
            br#","idle_timeout_s":"#,
            idle_timeout_s.map_or("null", |seconds| idle_timeout.format(seconds)).as_bytes(),
            br#","refreshable":"#,
            if refreshable { b"true" } else { b"false" },
            br#"},"user_id":""#,
            user,
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
        let check = PreparedCheck::from(&record);
        Self { record: SessionRecord { ip: None, user_agent: None, ..record }, check }
    }
}

impl From<&SessionRecord> for PreparedCheck {
    fn from(record: &SessionRecord) -> Self {
        let SessionRecord { id, user, created_at, expires_at, .. } = record;
        let (id, user_id, version) = (escaped(&id.0), escaped(&user.id.0), user.version);
        let mut text = format!(r#"{id}","created_at":"{created_at}","expires_at":"{expires_at}"#);
        let user_at = text.len();
        text += &format!(r#"{user_id}","user_version":{version}}}"#);
        let (answer_end, is_escaped) = (text.len(), user_id != user.id.0);
        if is_escaped {
            text += &user.id.0;
        }
        let user_id_at = if is_escaped { answer_end } else { user_at };
        Self {
            times: record.times(),
            user: user_at..answer_end,
            user_id: user_id_at..user_id_at + user.id.0.len(),
            text: SmallVec::from_slice(text.as_bytes()),
        }
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
        let now: jiff::Timestamp = "2026-11-26T19:00:00.123Z".parse().unwrap();
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
            assert_eq!(cached.check().user_id(), id.as_bytes());
            for idle_expires_in_s in [None, Some(0), Some(u64::MAX)] {
                for (expires_in_s, refreshable) in [(0, false), (604_800, true), (u64::MAX, true)] {
                    for idle_timeout_s in [None, Some(0), Some(u64::MAX)] {
                        let remaining = Remaining { expires_in_s, idle_expires_in_s, idle_timeout_s, refreshable };
                        let verified = Verified::new(cached.session(remaining), UserId(id.into()), 7);
                        let json = cached.check().verified_json(remaining);
                        assert_eq!(str::from_utf8(&json).unwrap(), serde_json::to_string(&verified).unwrap());
                        assert_eq!(json.capacity(), json.len());
                    }
                }
            }
        }
    }

    #[test]
    fn a_check_of_a_session_as_the_stores_make_it_reads_one_allocation() {
        // Ids that are imported may be as long as a UUID.
        for id in ["x".repeat(36), crate::domain::public_id::public_id()] {
            assert!(!cached(&id, &id).check().text.spilled());
        }
    }

    #[test]
    fn address_and_browser_are_not_kept_in_memory() {
        let cached = cached("s", "u");
        assert_eq!((&cached.ip, &cached.user_agent), (&None, &None));
    }
}
