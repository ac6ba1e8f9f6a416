//! The check of a session: from the cache if possible, otherwise from the store. Every request for a user's data begins with it.

use std::sync::Arc;

use jiff::Timestamp;
use latchkey_shared::EndReason;

use super::{ActiveSession, SessionService};
use crate::{
    cache::{
        cached_session::{CachedSession, PreparedCheck},
        session_cache::LookupResult,
    },
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
    pub(super) async fn verify_hash(&self, token_hash: TokenHash) -> Verdict {
        match self.verify_from_cache(token_hash, Monotonic::now()) {
            Some(verdict) => verdict,
            None => self.verify_from_store(token_hash).await,
        }
    }

    /// Checks the session with this token hash in the cache, without waiting. `None` means that the store has to be asked. The answer holds
    /// for `asked_at`, which must not be earlier than the request.
    #[must_use]
    pub fn verify_from_cache(&self, token_hash: TokenHash, asked_at: Monotonic) -> Option<Verdict> {
        self.check_from_cache(token_hash, asked_at, |_, session, now| {
            Verdict::Active(self.active_session(token_hash, session.clone(), now))
        })
    }

    /// What `answer` makes of the session with this token hash if it is cached and active, and of the time of the check. The cache
    /// waits meanwhile.
    pub fn check_from_cache<T>(
        &self,
        token_hash: TokenHash,
        asked_at: Monotonic,
        answer: impl FnOnce(&PreparedCheck, &Arc<CachedSession>, Timestamp) -> T,
    ) -> Option<T> {
        let now = self.clock.now();
        let answered = self.cache.look_at(&token_hash, asked_at, |check, session| {
            // A cached deadline that has passed proves nothing: another server may have moved it. The store decides.
            self.lifetimes.end_reason(&check.times, now).is_none().then(|| answer(check, session, now))
        })??;
        self.metrics.count_cache_hit();
        Some(answered)
    }

    /// Checks the session with this token hash in the store.
    pub async fn verify_from_store(&self, token_hash: TokenHash) -> Verdict {
        let (verdict, found) = self.evaluate(token_hash, self.look_up(token_hash).await);
        self.metrics.count_cache_miss(found);
        verdict
    }

    /// Reads a session from the store. If its deadline has passed, its end has been written to the store before this returns.
    pub(super) async fn look_up(&self, token_hash: TokenHash) -> LookupResult {
        self.cache.read(token_hash, || self.reader.clone().read(token_hash)).await
    }

    /// Turns the result of a read into a verdict, and how it is counted.
    fn evaluate(&self, token_hash: TokenHash, result: LookupResult) -> (Verdict, Verification) {
        match result {
            Ok(Some(record)) => match record.ended {
                None => {
                    (Verdict::Active(self.active_session(token_hash, record, self.clock.now())), Verification::Active)
                }
                Some(reason) => (Verdict::Ended(reason), Verification::Ended),
            },
            Ok(None) => (Verdict::Ended(EndReason::SessionMissing), Verification::Ended),
            Err(error) => (Verdict::Unavailable(error), Verification::Unavailable),
        }
    }
}
