//! The session's rules over a store and a clock. Whatever touches a user's data asks here first: is the session active?
//! What can be done with an active one stands beside: `log_in`, `devices`, `account`.

use latchkey_shared::EndReason;

use super::{ActiveSession, SessionService};
use crate::{
    cache::session_cache::LookupResult,
    clock::Monotonic,
    domain::token::{Token, TokenHash},
    metrics::Verification,
    store::StoreError,
};

/// What a check found. Three answers, never two: an outage is no end, and there is no way to turn one into the other
/// but to write it down in a `match`.
#[must_use]
#[derive(Debug)]
pub enum Verdict {
    /// The session is active.
    Active(ActiveSession),
    /// There is no session, or it has ended, and this is why.
    Ended(EndReason),
    /// The store did not answer, so nobody knows.
    Unavailable(StoreError),
}

impl SessionService {
    /// Whether a token's session is active. No token means that nobody is signed in, and costs no query.
    pub async fn verify(&self, token: Option<&Token>) -> Verdict {
        match token {
            Some(token) => self.verify_hash(token.hash()).await,
            None => Verdict::Ended(EndReason::SessionMissing),
        }
    }

    pub(super) async fn verify_hash(&self, token: TokenHash) -> Verdict {
        match self.verify_from_cache(token) {
            Some(verdict) => verdict,
            None => self.verify_from_store(token).await,
        }
    }

    /// Whether the session with this hash of a token is active, as far as memory knows it: without waiting.
    #[must_use]
    pub fn verify_from_cache(&self, token: TokenHash) -> Option<Verdict> {
        let now = self.clock.now();
        // A deadline in memory that has passed ends nothing: it may have been moved.
        let known = self.cache.get(&token, Monotonic::now());
        let known = known.filter(|known| self.lifetimes.end_reason(known, now).is_none())?;
        self.metrics.count_verification(Verification::Active);
        Some(Verdict::Active(self.active_session(token, known, now)))
    }

    /// Whether the session with this hash of a token is active, by the store.
    pub async fn verify_from_store(&self, token: TokenHash) -> Verdict {
        let (verdict, found) = self.evaluate(token, self.look_up(token).await);
        self.metrics.count_verification(found);
        verdict
    }

    /// The session of a token, from the store. If its deadline has passed, its end has been written.
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
