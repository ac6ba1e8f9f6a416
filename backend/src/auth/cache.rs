//! Sessions that were asked for lately, so that a check needs no query. It is trusted only while the store's changes
//! are being followed: a session that ends anywhere is forgotten here.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use latchkey_shared::UserId;
use quick_cache::sync::Cache;

use super::{known_session::KnownSession, watchers::Watchers};
use crate::store::{Changes, Position, SessionSource, StoreError, TokenHash};

/// How often the store is asked for changes. It bounds how long a session that was ended by another process, an
/// operator's command for one, can still pass here. What this process ends is forgotten at once.
const FOLLOW_EVERY: Duration = Duration::from_millis(50);

/// How long the store may take to tell its changes before the cache is no longer trusted.
const FOLLOW_TIMEOUT: Duration = Duration::from_millis(500);

/// Sessions by the hash of their token; only ones that had not been ended when they were read.
#[derive(Debug)]
pub struct SessionCache {
    sessions: Cache<TokenHash, Arc<KnownSession>>,
    current: AtomicBool,
    watchers: Arc<Watchers>,
}

impl SessionCache {
    /// Remembers at most `capacity` sessions. Until it [follows](Self::follow) a store, it remembers none.
    #[must_use]
    pub fn new(capacity: usize, watchers: Watchers) -> Self {
        Self { sessions: Cache::new(capacity), current: AtomicBool::new(false), watchers: Arc::new(watchers) }
    }

    /// The session of a token, remembered or read from the store; at most one read at a time for one token.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn session(
        &self,
        token: &TokenHash,
        store: &dyn SessionSource,
    ) -> Result<Option<Arc<KnownSession>>, StoreError> {
        if !self.current.load(Ordering::Acquire) {
            return Ok(store.session(token).await?.map(|record| Arc::new(record.into())));
        }
        // `forget` removes the guard's place too, so that what was read before an end is not remembered after it.
        let guard = match self.sessions.get_value_or_guard_async(token).await {
            Ok(session) => return Ok(Some(session)),
            Err(guard) => guard,
        };
        let session = store.session(token).await?.map(|record| Arc::new(KnownSession::from(record)));
        if let Some(session) = session.as_ref().filter(|session| session.ended.is_none()) {
            // An error says that the session was forgotten meanwhile, which is what we want.
            let _ = guard.insert(session.clone());
        }
        Ok(session)
    }

    /// Forgets a session, because it has changed, and tells those that watch it.
    pub fn forget(&self, token: &TokenHash) {
        self.sessions.remove(token);
        self.watchers.tell(token);
    }

    fn forget_all(&self) {
        self.sessions.clear();
        self.watchers.tell_all();
    }

    /// Who is told when a session changes.
    #[must_use]
    pub fn watchers(&self) -> &Arc<Watchers> {
        &self.watchers
    }

    /// Forgets the sessions of a user, because the user has changed.
    pub fn forget_user(&self, user: &UserId) {
        self.sessions.retain(|_, session| session.user.id != *user);
    }

    /// Follows the store's changes for as long as it is polled. While the store does not answer, nothing is trusted.
    pub async fn follow(&self, store: &dyn SessionSource) {
        let mut position = None;
        loop {
            match tokio::time::timeout(FOLLOW_TIMEOUT, self.catch_up(store, position)).await {
                Ok(Ok(reached)) => {
                    position = Some(reached);
                    self.current.store(true, Ordering::Release);
                }
                lost => {
                    if self.current.swap(false, Ordering::AcqRel) {
                        let cause = lost.map_or_else(|late| late.to_string(), |result| format!("{result:?}"));
                        tracing::warn!(cause, "cannot follow the store's changes: every check asks the store");
                    }
                }
            }
            tokio::time::sleep(FOLLOW_EVERY).await;
        }
    }

    async fn catch_up(&self, store: &dyn SessionSource, position: Option<Position>) -> Result<Position, StoreError> {
        let Some(mut position) = position else {
            let position = store.position().await?;
            self.forget_all();
            return Ok(position);
        };
        loop {
            match store.changes_since(position).await? {
                Changes::Sessions(tokens, reached) => {
                    tokens.iter().for_each(|token| self.forget(token));
                    if reached == position {
                        return Ok(position);
                    }
                    position = reached;
                }
                Changes::Everything(reached) => {
                    self.forget_all();
                    position = reached;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
