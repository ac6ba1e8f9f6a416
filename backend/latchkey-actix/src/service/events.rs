//! What an event stream tells of one session, event by event: pure waiting on what the rules say.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, events::HEARTBEAT_EVERY_S};
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};

use super::{ActiveSession, SessionService, Verdict};
use crate::{
    cache::watchers::{TooManyWatchers, Watch},
    store::TokenHash,
};

/// How often a stream says that it is alive, whatever else happens: so that proxies keep it, a dead client is noticed, and
/// the client notices a dead stream.
const HEARTBEAT: Duration = Duration::from_secs(HEARTBEAT_EVERY_S);

/// How long to wait before asking again when nobody could tell.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Something to tell a client about its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// It ended, and this was the last event.
    Ended(EndReason),
    /// The user has another version by now.
    UserChanged(u64),
    /// The stream is alive.
    Heartbeat,
}

/// The events of one session from when it was opened.
pub struct SessionEvents {
    service: Arc<SessionService>,
    watch: Watch,
    token_hash: TokenHash,
    id: SessionId,
    user_version: u64,
    ends_at: Timestamp,
    heartbeat: Interval,
    ended: bool,
    /// Whether nobody could tell when the session was last looked at.
    unavailable: bool,
}

impl SessionService {
    /// The events of a session from now on.
    ///
    /// # Errors
    /// There are as many streams as there may be.
    pub fn events(self: &Arc<Self>, session: &ActiveSession) -> Result<SessionEvents, TooManyWatchers> {
        self.events_with_heartbeat(session, HEARTBEAT)
    }

    /// The same, with a heartbeat of another period.
    ///
    /// # Errors
    /// There are as many streams as there may be.
    pub fn events_with_heartbeat(
        self: &Arc<Self>,
        session: &ActiveSession,
        every: Duration,
    ) -> Result<SessionEvents, TooManyWatchers> {
        Ok(SessionEvents {
            watch: self.cache.watchers().watch(session.token_hash)?,
            service: self.clone(),
            token_hash: session.token_hash,
            id: session.id().clone(),
            user_version: session.user().version,
            ends_at: session.ends_at(),
            heartbeat: heartbeat(every),
            ended: false,
            unavailable: false,
        })
    }
}

impl SessionEvents {
    /// The next event; `None` after the last.
    pub async fn next(&mut self) -> Option<SessionEvent> {
        while !self.ended {
            // Look before waiting: something may have changed since the request was checked.
            if let Some(event) = self.next_change().await {
                return Some(event);
            }
            tokio::select! {
                () = self.watch.changed() => {}
                () = sleep(self.until_next_check()) => {}
                _ = self.heartbeat.tick() => return Some(SessionEvent::Heartbeat),
            }
        }
        None
    }

    /// What the rules say that the client has not been told. While nobody can tell, nothing is told.
    async fn next_change(&mut self) -> Option<SessionEvent> {
        let verdict = self.service.verify_hash(self.token_hash).await;
        self.unavailable = matches!(verdict, Verdict::Unavailable(_));
        match verdict {
            Verdict::Active(session) => {
                self.ends_at = session.ends_at();
                let version = session.user().version;
                let changed = std::mem::replace(&mut self.user_version, version) != version;
                changed.then_some(SessionEvent::UserChanged(version))
            }
            Verdict::Ended(reason) => {
                self.ended = true;
                tracing::debug!(session = self.id.0, reason = reason.as_str(), "an event stream told an end");
                Some(SessionEvent::Ended(reason))
            }
            Verdict::Unavailable(_) => None,
        }
    }

    fn until_next_check(&self) -> Duration {
        if self.unavailable {
            return RETRY_DELAY;
        }
        let left = self.service.clock.now().duration_until(self.ends_at);
        // Past its deadline and still not ended means that nobody can tell: ask again in a second.
        Duration::try_from(left).ok().filter(|left| !left.is_zero()).unwrap_or(RETRY_DELAY)
    }
}

/// The first one is due when the time has passed once. A stream that was held up owes one, not all that it missed.
fn heartbeat(every: Duration) -> Interval {
    let mut heartbeat = interval(every);
    heartbeat.reset();
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heartbeat
}
