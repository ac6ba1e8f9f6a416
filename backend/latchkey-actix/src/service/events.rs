//! The events of one session, for an event stream. Every event comes from a check of the session; this module decides when to check.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use latchkey_shared::{EndReason, SessionId, events::HEARTBEAT_EVERY_S};
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};

use super::{ActiveSession, SessionService, Verdict};
use crate::{
    cache::watchers::{TooManyWatchers, Watch},
    store::TokenHash,
};

/// Interval of heartbeats. They keep proxies from closing the stream, and let each side notice that the other one is gone.
const HEARTBEAT: Duration = Duration::from_secs(HEARTBEAT_EVERY_S);

/// Pause before the next check when the store was unavailable.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// An event of a session, for its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// The session ended, for this reason. It is the last event.
    Ended(EndReason),
    /// The user has this version now: the first event, and one for each change.
    UserChanged(u64),
    /// The stream is alive.
    Heartbeat,
}

/// The events of one session since the stream was opened.
pub struct SessionEvents {
    service: Arc<SessionService>,
    watch: Watch,
    token_hash: TokenHash,
    id: SessionId,
    /// The last version that was reported.
    user_version: Option<u64>,
    ends_at: Timestamp,
    heartbeat: Interval,
    ended: bool,
    /// Whether the store was unavailable at the last check.
    unavailable: bool,
}

impl SessionService {
    /// Opens the events of a session.
    ///
    /// # Errors
    /// Too many event streams are open.
    pub fn events(self: &Arc<Self>, session: &ActiveSession) -> Result<SessionEvents, TooManyWatchers> {
        self.events_with_heartbeat(session, HEARTBEAT)
    }

    /// Opens the events of a session with another interval of heartbeats.
    ///
    /// # Errors
    /// Too many event streams are open.
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
            // The page may be older than this check, so the first event reports the version.
            user_version: None,
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
            // Check before waiting: the session may have changed since the request was checked.
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

    /// Checks the session; returns an event if something changed since the last check. An outage is not an event.
    async fn next_change(&mut self) -> Option<SessionEvent> {
        let verdict = self.service.verify_hash(self.token_hash).await;
        self.unavailable = matches!(verdict, Verdict::Unavailable(_));
        match verdict {
            Verdict::Active(session) => {
                self.ends_at = session.ends_at();
                let version = session.user().version;
                let changed = self.user_version.replace(version) != Some(version);
                changed.then_some(SessionEvent::UserChanged(version))
            }
            Verdict::Ended(reason) => {
                self.ended = true;
                tracing::debug!(
                    session = self.id.0,
                    reason = reason.as_str(),
                    "an event stream reported the end of its session"
                );
                Some(SessionEvent::Ended(reason))
            }
            Verdict::Unavailable(_) => None,
        }
    }

    /// How long to wait for a change before the next check: until the session's end, or a short pause while the store is unavailable.
    fn until_next_check(&self) -> Duration {
        if self.unavailable {
            return RETRY_DELAY;
        }
        let left = self.service.clock.now().duration_until(self.ends_at);
        // The deadline has passed on this clock and the check still found the session active: check again soon.
        Duration::try_from(left).ok().filter(|left| !left.is_zero()).unwrap_or(RETRY_DELAY)
    }
}

/// The timer of heartbeats; the first is due after one interval. A stream that was blocked sends one heartbeat, not all that it missed.
fn heartbeat(every: Duration) -> Interval {
    let mut heartbeat = interval(every);
    heartbeat.reset();
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heartbeat
}
