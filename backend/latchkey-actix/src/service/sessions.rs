//! The user's own sessions: listing them and ending them.

use std::sync::Arc;

use latchkey_shared::{Device, EndReason, SessionId, Timestamp};

use super::{ActiveSession, Client, SessionService, run_to_completion::run_to_completion};
use crate::store::{SessionRecord, SessionSelector, StoreError};

/// The outcome of ending sessions.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeOutcome {
    /// This many sessions ended.
    Revoked(u64),
    /// No session ended: the user must re-authenticate first.
    ReauthRequired,
}

impl SessionService {
    /// The user's active sessions, newest first.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn list_sessions(&self, current: &ActiveSession) -> Result<Vec<Device>, StoreError> {
        let now = self.clock.now();
        let mut sessions = self.store.sessions(Some(&current.user().id), now.into()).await?;
        // The current session may have activity that is not written yet.
        sessions.iter_mut().filter(|session| session.id == *current.id()).for_each(|session| {
            session.last_seen_at = session.last_seen_at.max(current.record.last_seen_at);
        });
        sessions.retain(|session| self.lifetimes.end_reason(&session.times(), now).is_none());
        Ok(sessions.into_iter().map(|session| device(session, current)).collect())
    }

    /// Ends one of the user's sessions; ending the current one signs the user out. An id that is unknown or belongs to another user
    /// ends nothing.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn revoke_session(
        self: &Arc<Self>,
        current: &ActiveSession,
        id: &SessionId,
        client: &Client,
    ) -> Result<RevokeOutcome, StoreError> {
        let reason = if id == current.id() { EndReason::SignedOut } else { EndReason::SessionRevoked };
        if reason == EndReason::SessionRevoked && !self.recently_authenticated(current) {
            return Ok(RevokeOutcome::ReauthRequired);
        }
        let (service, id, user) = (self.clone(), id.clone(), current.user().clone());
        let audit = self.audit_event_for("end-session", &user.email, &id, client);
        run_to_completion(async move {
            let ended = service.end(SessionSelector::Id { id: &id, user: Some(&user.id) }, reason, &audit).await?;
            Ok(RevokeOutcome::Revoked(ended.len() as u64))
        })
        .await
    }

    /// Ends all of the user's sessions except the current one.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn revoke_other_sessions(
        self: &Arc<Self>,
        current: &ActiveSession,
        client: &Client,
    ) -> Result<RevokeOutcome, StoreError> {
        if !self.recently_authenticated(current) {
            return Ok(RevokeOutcome::ReauthRequired);
        }
        let (service, id, user) = (self.clone(), current.id().clone(), current.user().id.clone());
        let audit = self.audit_event("end-other-sessions", current, client);
        run_to_completion(async move {
            let others = SessionSelector::AllBut { id: &id, user: &user };
            let ended = service.end(others, EndReason::SessionRevoked, &audit).await?;
            Ok(RevokeOutcome::Revoked(ended.len() as u64))
        })
        .await
    }

    /// Whether the user gave the password within the re-authentication window. Each re-authentication starts a new session, so the
    /// age of the session decides.
    #[must_use]
    pub fn recently_authenticated(&self, current: &ActiveSession) -> bool {
        self.lifetimes.recently_authenticated(&current.record.times(), current.checked_at)
    }
}

fn device(session: SessionRecord, current: &ActiveSession) -> Device {
    let is_current = session.id == *current.id();
    let [created_at, last_seen_at, expires_at] =
        [session.created_at, session.last_seen_at, session.expires_at].map(|instant| Timestamp(instant.to_string()));
    let mut device = Device::new(session.id, created_at, last_seen_at, expires_at);
    device.current = is_current;
    device.ip = session.ip;
    device.user_agent = session.user_agent;
    device
}
