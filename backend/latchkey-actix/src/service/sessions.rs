//! What a person can do with sessions from within one: see them, end them, and move the deadline of this one.

use std::sync::Arc;

use latchkey_shared::{Device, EndReason, SessionId, Timestamp};

use super::{ActiveSession, Client, SessionService, run_to_completion::to_the_end};
use crate::store::{SessionRecord, StoreError, Which};

/// What came of ending other sessions.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// So many.
    Sessions(u64),
    /// Nothing was done: the last proof of the password is too old.
    ReauthRequired,
}

impl SessionService {
    /// The user's active sessions, the latest first.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn devices(&self, here: &ActiveSession) -> Result<Vec<Device>, StoreError> {
        let now = self.clock.now();
        let mut sessions = self.store.sessions(Some(&here.user().id), now.into()).await?;
        // Of this one, more is known here than in the store.
        sessions.iter_mut().filter(|session| session.id == *here.id()).for_each(|session| {
            session.last_seen_at = session.last_seen_at.max(here.record.last_seen_at);
        });
        sessions.retain(|session| self.lifetimes.ended(session, now).is_none());
        Ok(sessions.into_iter().map(|session| device(session, here)).collect())
    }

    /// Ends one of the user's sessions; ending this one is signing out. A handle of nobody's or of another user's is
    /// no session of this user's, and ends nothing.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn end_device(
        self: &Arc<Self>,
        here: &ActiveSession,
        id: &SessionId,
        client: &Client,
    ) -> Result<Ended, StoreError> {
        let reason = if id == here.id() { EndReason::SignedOut } else { EndReason::SessionRevoked };
        if reason == EndReason::SessionRevoked && !self.proved_lately(here) {
            return Ok(Ended::ReauthRequired);
        }
        let (service, id, user) = (self.clone(), id.clone(), here.user().clone());
        let audit = self.event_of("end-session", &user.email, &id, client);
        to_the_end(async move {
            let ended = service.end(Which::Id { id: &id, of: Some(&user.id) }, reason, &audit).await?;
            Ok(Ended::Sessions(ended.len() as u64))
        })
        .await
    }

    /// Ends all of the user's sessions but this one.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn end_other_devices(
        self: &Arc<Self>,
        here: &ActiveSession,
        client: &Client,
    ) -> Result<Ended, StoreError> {
        if !self.proved_lately(here) {
            return Ok(Ended::ReauthRequired);
        }
        let (service, id, user) = (self.clone(), here.id().clone(), here.user().id.clone());
        let audit = self.event("end-other-sessions", here, client);
        to_the_end(async move {
            let others = Which::OthersThan { id: &id, of: &user };
            let ended = service.end(others, EndReason::SessionRevoked, &audit).await?;
            Ok(Ended::Sessions(ended.len() as u64))
        })
        .await
    }

    fn proved_lately(&self, here: &ActiveSession) -> bool {
        self.lifetimes.proved_lately(&here.record, here.checked_at)
    }
}

fn device(session: SessionRecord, here: &ActiveSession) -> Device {
    Device {
        current: session.id == *here.id(),
        id: session.id,
        created_at: Timestamp(session.created_at.to_string()),
        last_seen_at: Timestamp(session.last_seen_at.to_string()),
        expires_at: Timestamp(session.expires_at.to_string()),
        ip: session.ip,
        user_agent: session.user_agent,
    }
}
