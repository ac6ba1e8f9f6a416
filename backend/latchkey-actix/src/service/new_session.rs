//! Creates sessions, and the [`ActiveSession`] that callers get.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use latchkey_shared::{SessionId, User};

use super::{ActiveSession, Client, SessionService};
use crate::{
    cache::cached_session::{CachedSession, Remaining},
    domain::{
        lifetimes,
        public_id::public_id,
        token::{Token, TokenHash},
    },
    store::{NewSession, SessionRecord, SessionTimes},
};

impl SessionService {
    /// A session that begins now, and its token. The caller inserts it into the store.
    pub(super) fn new_session(&self, user: &User, remembered: bool, client: &Client) -> (Token, NewSession) {
        let (token, now) = (Token::random(), self.clock.now());
        let session = NewSession {
            id: SessionId(public_id()),
            token_hash: token.hash(),
            user_id: user.id.clone(),
            created_at: now,
            expires_at: self.lifetimes.deadline(now, remembered),
            ip: client.ip.map(|ip| ip.to_string()),
            user_agent: client.user_agent.clone(),
            remembered,
            replaces: None,
            idle: self.lifetimes.idle,
        };
        (token, session)
    }

    /// The [`ActiveSession`] of a session that has just been inserted.
    pub(super) fn newly_started(&self, session: NewSession, user: User) -> ActiveSession {
        let NewSession { id, token_hash, created_at, expires_at, ip, user_agent, remembered, .. } = session;
        let (last_seen_at, ended) = (created_at, None);
        let record =
            SessionRecord { id, user, created_at, expires_at, last_seen_at, ip, user_agent, remembered, ended };
        let session = self.active_session(token_hash, Arc::new(record.into()), created_at);
        // Refreshing at this very instant would not move the deadline; by the time the client has the answer, it would.
        let refreshable =
            self.is_refreshable(&session.record.times(), lifetimes::after(created_at, Duration::from_millis(1)));
        ActiveSession { remaining: Remaining { refreshable, ..session.remaining }, ..session }
    }

    /// Whether refreshing at an instant would move the deadline.
    fn is_refreshable(&self, session: &SessionTimes, now: Timestamp) -> bool {
        self.lifetimes.refreshed_deadline(session, now).is_some_and(|next| next > session.expires_at)
    }

    /// The [`ActiveSession`] of a record that was found active at `now`.
    pub(super) fn active_session(
        &self,
        token_hash: TokenHash,
        record: Arc<CachedSession>,
        now: Timestamp,
    ) -> ActiveSession {
        let times = record.times();
        let (idle_deadline, remaining) = (self.lifetimes.idle_deadline(&times), self.remaining(&times, now));
        ActiveSession { token_hash, record, checked_at: now, idle_deadline, remaining }
    }

    /// What remains of a session at `now`.
    pub fn remaining(&self, session: &SessionTimes, now: Timestamp) -> Remaining {
        let seconds_until = |instant| lifetimes::seconds_until(instant, now);
        Remaining {
            expires_in_s: seconds_until(session.expires_at),
            idle_expires_in_s: self.lifetimes.idle_deadline(session).map(seconds_until),
            idle_timeout_s: self.lifetimes.idle.map(lifetimes::whole_seconds),
            refreshable: self.is_refreshable(session, now),
        }
    }
}
