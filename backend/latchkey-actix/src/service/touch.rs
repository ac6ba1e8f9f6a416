//! Recording that a user was active in a session.

use std::{convert::Infallible, sync::Arc, time::Duration};

use super::{ActiveSession, SessionService};
use crate::{cache::cached_session::CachedSession, domain::lifetimes, store::SessionRecord};

impl SessionService {
    /// Records that the user was active `age` ago, and returns the session with that time. It is written to the store in the
    /// background. Activity that is too close to the last recorded one is skipped.
    #[must_use]
    pub fn touch(&self, session: ActiveSession, age: Duration) -> ActiveSession {
        let now = session.checked_at;
        let active_at = lifetimes::before(now, age);
        if !self.lifetimes.should_touch(&session.record.times(), active_at) {
            return session;
        }
        self.reader.activity.record(session.token_hash, active_at);
        let record = SessionRecord { last_seen_at: active_at, ..(**session.record).clone() };
        let updated = Arc::new(CachedSession::from(record));
        self.cache.update(&session.token_hash, &session.record, &updated);
        self.active_session(session.token_hash, updated, now)
    }

    /// Writes all recorded activity to the store. Call before the server stops.
    pub async fn flush_activity(&self) {
        if let Err(error) = self.reader.activity.flush(&*self.store).await {
            tracing::warn!(%error, "cannot write recorded activity to the store");
        }
    }

    /// Writes recorded activity to the store for as long as the future is polled.
    pub async fn write_activity(&self) -> Infallible {
        self.reader.activity.run_writer(&*self.store).await
    }
}
