//! Moving the deadline of a session.

use std::sync::Arc;

use latchkey_shared::EndReason;

use super::{ActiveSession, SessionService, Verdict, run_to_completion::to_the_end};
use crate::store::{SessionRecord, StoreError};

/// What came of refreshing a session.
#[must_use]
#[derive(Debug)]
pub enum Refreshed {
    /// The session with its new deadline.
    Session(ActiveSession),
    /// It came too late: the session has ended, and this is why.
    Ended(EndReason),
    /// Sessions cannot be refreshed here.
    Disabled,
}

impl SessionService {
    /// Moves the deadline of a session, as far as its cap lets it.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn refresh(self: &Arc<Self>, here: &ActiveSession) -> Result<Refreshed, StoreError> {
        let (service, here) = (self.clone(), here.clone());
        to_the_end(async move { service.move_deadline(&here).await }).await
    }

    async fn move_deadline(&self, here: &ActiveSession) -> Result<Refreshed, StoreError> {
        let now = here.checked_at;
        let Some(expires_at) = self.lifetimes.refreshed_deadline(&here.record, now) else {
            return Ok(Refreshed::Disabled);
        };
        // What the user did before counts, also if the store has not heard of it.
        self.reader.activity.flush(&*self.store).await?;
        let extended = self.store.extend_session(&here.token, expires_at, self.lifetimes.limits(now)).await?;
        self.cache.forget(&here.token);
        if !extended {
            return match self.verify_hash(here.token).await {
                Verdict::Ended(reason) => Ok(Refreshed::Ended(reason)),
                Verdict::Active(_) => Err(StoreError("the session could not be refreshed, but has not ended".into())),
                Verdict::CannotTell(error) => Err(error),
            };
        }
        let record = SessionRecord { expires_at, last_seen_at: now, ..(**here.record).clone() };
        Ok(Refreshed::Session(self.active(here.token, Arc::new(record.into()), now)))
    }
}
