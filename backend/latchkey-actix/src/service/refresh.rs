//! Moving the deadline of a session.

use std::sync::Arc;

use latchkey_shared::EndReason;

use super::{ActiveSession, SessionService, Verdict, run_to_completion::run_to_completion};
use crate::store::{SessionRecord, StoreError};

/// The outcome of [`SessionService::refresh`].
#[must_use]
#[derive(Debug)]
pub enum RefreshOutcome {
    /// The session with its new deadline.
    Refreshed(ActiveSession),
    /// The session has ended meanwhile, for this reason.
    Ended(EndReason),
    /// This server does not refresh sessions.
    Disabled,
}

impl SessionService {
    /// Moves the deadline of the current session, at most to its maximum lifetime.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn refresh(self: &Arc<Self>, current: &ActiveSession) -> Result<RefreshOutcome, StoreError> {
        let (service, current) = (self.clone(), current.clone());
        run_to_completion(async move { service.move_deadline(&current).await }).await
    }

    async fn move_deadline(&self, current: &ActiveSession) -> Result<RefreshOutcome, StoreError> {
        let now = current.checked_at;
        let Some(expires_at) = self.lifetimes.refreshed_deadline(&current.record.times(), now) else {
            return Ok(RefreshOutcome::Disabled);
        };
        // Unwritten activity must count when the store decides whether the session is still active.
        self.reader.activity.flush(&*self.store).await?;
        let extended = self.store.extend_session(&current.token_hash, expires_at, self.lifetimes.limits(now)).await?;
        self.cache.invalidate(&current.token_hash);
        if !extended {
            return match self.verify_hash(current.token_hash).await {
                Verdict::Ended(reason) => Ok(RefreshOutcome::Ended(reason)),
                Verdict::Active(_) => Err(StoreError("the store did not refresh an active session".into())),
                Verdict::Unavailable(error) => Err(error),
            };
        }
        let record = SessionRecord { expires_at, last_seen_at: now, ..(**current.record).clone() };
        Ok(RefreshOutcome::Refreshed(self.active_session(current.token_hash, Arc::new(record.into()), now)))
    }
}
