//! The check of a session: from the cache if possible, otherwise from the store. Every request for a user's data begins with it.

use latchkey_shared::EndReason;

use super::{ActiveSession, SessionService};
use crate::{
    cache::session_cache::LookupResult,
    clock::Monotonic,
    domain::token::{Token, TokenHash},
    metrics::Verification,
    store::StoreError,
};

/// The result of checking a session. An outage is a variant of its own, so that callers cannot mistake it for an end.
#[must_use]
#[derive(Debug)]
pub enum Verdict {
    /// The session is active.
    Active(ActiveSession),
    /// There is no session, or it has ended, for this reason.
    Ended(EndReason),
    /// The store did not answer, so the session's state is unknown.
    Unavailable(StoreError),
}

impl SessionService {
    /// Checks the session of a token. Without a token the answer is [`EndReason::SessionMissing`], without a query.
    pub async fn verify(&self, token: Option<&Token>) -> Verdict {
        match token {
            Some(token) => self.verify_hash(token.hash()).await,
            None => Verdict::Ended(EndReason::SessionMissing),
        }
    }

    /// Checks the session with this token hash: in the cache, otherwise in the store.
    pub(super) async fn verify_hash(&self, token: TokenHash) -> Verdict {
        match self.verify_from_cache(token) {
            Some(verdict) => verdict,
            None => self.verify_from_store(token).await,
        }
    }

    /// Checks the session with this token hash in the cache, without waiting. `None` means that the store has to be asked.
    #[must_use]
    pub fn verify_from_cache(&self, token: TokenHash) -> Option<Verdict> {
        let now = self.clock.now();
        // A cached deadline that has passed proves nothing: another server may have moved it. The store decides.
        let known = self.cache.get(&token, Monotonic::now());
        let known = known.filter(|known| self.lifetimes.end_reason(known, now).is_none())?;
        self.metrics.count_verification(Verification::Active);
        Some(Verdict::Active(self.active_session(token, known, now)))
    }

    /// Checks the session with this token hash in the store.
    pub async fn verify_from_store(&self, token: TokenHash) -> Verdict {
        let (verdict, found) = self.evaluate(token, self.look_up(token).await);
        self.metrics.count_verification(found);
        verdict
    }

    /// Reads a session from the store. If its deadline has passed, its end has been written to the store before this returns.
    pub(super) async fn look_up(&self, token: TokenHash) -> LookupResult {
        self.cache.read(token, || self.reader.clone().read(token)).await
    }

    fn evaluate(&self, token: TokenHash, found: LookupResult) -> (Verdict, Verification) {
        match found {
            Ok(Some(record)) => match record.ended {
                None => (Verdict::Active(self.active_session(token, record, self.clock.now())), Verification::Active),
                Some(reason) => (Verdict::Ended(reason), Verification::Ended),
            },
            Ok(None) => (Verdict::Ended(EndReason::SessionMissing), Verification::Ended),
            Err(error) => (Verdict::Unavailable(error), Verification::Unavailable),
        }
    }
}
