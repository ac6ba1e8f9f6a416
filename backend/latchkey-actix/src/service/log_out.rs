//! Logging out.

use std::sync::Arc;

use latchkey_shared::EndReason;

use super::{Client, SessionService, run_to_completion::run_to_completion};
use crate::{
    domain::token::Token,
    store::{SessionSelector, StoreError},
};

impl SessionService {
    /// Ends the session of a token; a token without a session is not an error.
    ///
    /// # Errors
    /// The store did not answer; the session may still be active.
    pub async fn log_out(self: &Arc<Self>, token: &Token, client: &Client) -> Result<(), StoreError> {
        let (service, hash, client) = (self.clone(), token.hash(), client.clone());
        run_to_completion(async move {
            let Some(record) = service.look_up(hash).await? else { return Ok(()) };
            let audit = service.audit_event_for("log-out", &record.user.email, &record.id, &client);
            service.end(SessionSelector::Token(&hash), EndReason::SignedOut, &audit).await.map(drop)
        })
        .await
    }
}
