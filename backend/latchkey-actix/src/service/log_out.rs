//! Logging out.

use std::sync::Arc;

use latchkey_shared::EndReason;

use super::{Client, SessionService, run_to_completion::to_the_end};
use crate::{
    domain::token::Token,
    store::{StoreError, Which},
};

impl SessionService {
    /// Ends a token's session, if there is one.
    ///
    /// # Errors
    /// The store did not answer; the session may still be active.
    pub async fn log_out(self: &Arc<Self>, token: &Token, client: &Client) -> Result<(), StoreError> {
        let (service, hash, client) = (self.clone(), token.hash(), client.clone());
        to_the_end(async move {
            let Some(record) = service.look_up(hash).await? else { return Ok(()) };
            let audit = service.event_of("log-out", &record.user.email, &record.id, &client);
            service.end(Which::Token(&hash), EndReason::SignedOut, &audit).await.map(drop)
        })
        .await
    }
}
