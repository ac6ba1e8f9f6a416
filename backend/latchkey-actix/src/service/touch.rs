//! Activity: that a user did something in a session.

use std::{convert::Infallible, sync::Arc, time::Duration};

use super::{ActiveSession, SessionService};
use crate::{cache::cached_session::CachedSession, domain::lifetimes, store::SessionRecord};

impl SessionService {
    /// Notes that a user did something in a session so long ago, unless that was noted already. It is written in the background.
    #[must_use]
    pub fn touch(&self, session: ActiveSession, age: Duration) -> ActiveSession {
        let now = session.checked_at;
        let active_at = lifetimes::before(now, age);
        if !self.lifetimes.should_touch(&session.record, active_at) {
            return session;
        }
        self.reader.activity.record(session.token_hash, active_at);
        let record = SessionRecord { last_seen_at: active_at, ..(**session.record).clone() };
        let known = Arc::new(CachedSession::from(record));
        self.cache.update(&session.token_hash, &session.record, &known);
        self.active_session(session.token_hash, known, now)
    }

    /// Writes down what users did lately, before the server stops.
    pub async fn flush_activity(&self) {
        if let Err(error) = self.reader.activity.flush(&*self.store).await {
            tracing::warn!(%error, "cannot write down that sessions were in use");
        }
    }

    /// Writes recorded activity to the store for as long as it is polled.
    pub async fn write_activity(&self) -> Infallible {
        self.reader.activity.run_writer(&*self.store).await
    }
}
