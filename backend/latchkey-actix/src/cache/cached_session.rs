//! A cached session, from which the answer to a check is put together. Checks are the most frequent request, so what is slow to write is
//! prepared. Memory counts as much: at many sessions, most of a check's time is spent waiting for memory that no processor cache has.

use std::{borrow::Cow, ops::Deref};

use latchkey_shared::{Session, Timestamp};

use crate::store::SessionRecord;

/// A session as it was read from the store, without the client's address and browser, which no check needs.
#[derive(Clone, Debug)]
pub struct CachedSession {
    record: SessionRecord,
    /// The instants as they are in the answer, with the key between them: `…","expires_at":"…`. Writing a date takes longer than the rest of
    /// the answer.
    instants: Box<str>,
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

    /// The answer to a check: [`Verified`](latchkey_shared::Verified) as JSON, in one allocation of exactly its length.
    #[must_use]
    pub fn verified_json(&self, remaining: Remaining) -> String {
        let Remaining { expires_in_s, idle_expires_in_s, idle_timeout_s, refreshable } = remaining;
        let mut buffers = [itoa::Buffer::new(); 4];
        let [expires_in, idle_expires_in, idle_timeout, version] = &mut buffers;
        [
            r#"{"session":{"id":""#,
            &escaped(&self.id.0),
            r#"","created_at":""#,
            &self.instants,
            r#"","expires_in_s":"#,
            expires_in.format(expires_in_s),
            r#","idle_expires_in_s":"#,
            idle_expires_in_s.map_or("null", |seconds| idle_expires_in.format(seconds)),
            r#","idle_timeout_s":"#,
            idle_timeout_s.map_or("null", |seconds| idle_timeout.format(seconds)),
            if refreshable { r#","refreshable":true},"user_id":""# } else { r#","refreshable":false},"user_id":""# },
            &escaped(&self.user.id.0),
            r#"","user_version":"#,
            version.format(self.user.version),
            "}",
        ]
        .concat()
    }
}

/// A text as it is between the quotes of a JSON string. Ids have nothing to escape, unless they were imported.
fn escaped(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    // Not `all`: a loop that stops early compares one byte at a time.
    if text.bytes().fold(true, |plain, byte| plain & is_plain(byte)) {
        return text.into();
    }
    let json = serde_json::Value::from(text).to_string();
    json[1..json.len() - 1].to_owned().into()
}

impl From<SessionRecord> for CachedSession {
    fn from(record: SessionRecord) -> Self {
        let SessionRecord { created_at, expires_at, .. } = record;
        let instants = format!(r#"{created_at}","expires_at":"{expires_at}"#).into();
        Self { record: SessionRecord { ip: None, user_agent: None, ..record }, instants }
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
