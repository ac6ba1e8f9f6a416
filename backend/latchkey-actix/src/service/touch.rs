//! Activity: that a user did something in a session.

use std::{sync::Arc, time::Duration};

use super::{ActiveSession, SessionService};
use crate::{cache::cached_session::KnownSession, domain::lifetimes, store::SessionRecord};

impl SessionService {
    /// Notes that a user did something in a session so long ago, unless that was noted already. It is written in the background.
    #[must_use]
    pub fn note_activity(&self, session: ActiveSession, age: Duration) -> ActiveSession {
        let now = session.checked_at;
        let active_at = lifetimes::before(now, age);
        if !self.lifetimes.worth_noting(&session.record, active_at) {
            return session;
        }
        self.reader.activity.note(session.token, active_at);
        let record = SessionRecord { last_seen_at: active_at, ..(**session.record).clone() };
        let known = Arc::new(KnownSession::from(record));
        self.cache.update(&session.token, &session.record, &known);
        self.active(session.token, known, now)
    }

    /// Writes down what users did lately, before the server stops.
    pub async fn write_activity(&self) {
        if let Err(error) = self.reader.activity.flush(&*self.store).await {
            tracing::warn!(%error, "cannot write down that sessions were in use");
        }
    }
}
