//! The cache against a store that answers when the test lets it.

use async_trait::async_trait;
use jiff::Timestamp;
use latchkey_shared::{SessionId, User, UserId};
use tokio::sync::{Notify, Semaphore};

use super::*;
use crate::{auth::watchers::Limits, store::SessionRecord};

const TOKEN: TokenHash = TokenHash([7; 32]);

/// A store with one active session that counts how often it is read, and can hold a read back.
struct GatedStore {
    reads: Semaphore,
    reading: Notify,
    release: Notify,
    gated: bool,
}

impl GatedStore {
    fn new(gated: bool) -> Self {
        Self { reads: Semaphore::new(0), reading: Notify::new(), release: Notify::new(), gated }
    }

    fn reads(&self) -> usize {
        self.reads.available_permits()
    }
}

#[async_trait]
impl SessionSource for GatedStore {
    async fn session(&self, _: &TokenHash) -> Result<Option<SessionRecord>, StoreError> {
        self.reads.add_permits(1);
        if self.gated {
            self.reading.notify_one();
            self.release.notified().await;
        }
        let now = Timestamp::UNIX_EPOCH;
        Ok(Some(SessionRecord {
            id: SessionId("s".into()),
            user: User { id: UserId("u".into()), email: "a@b".into(), name: "A".into(), version: 1 },
            created_at: now,
            expires_at: Timestamp::MAX,
            last_seen_at: now,
            ip: None,
            user_agent: None,
            remembered: true,
            ended: None,
        }))
    }

    async fn position(&self) -> Result<Position, StoreError> {
        Ok(Position(0))
    }

    async fn changes_since(&self, position: Position) -> Result<Changes, StoreError> {
        Ok(Changes::Sessions(Vec::new(), position))
    }
}

fn following() -> SessionCache {
    let cache = SessionCache::new(10, Watchers::new(Limits { per_session: 1, in_all: 1 }));
    cache.current.store(true, Ordering::Release);
    cache
}

#[tokio::test]
async fn a_session_is_read_once_until_it_changes() {
    let (cache, store) = (following(), GatedStore::new(false));
    for reads in [1, 1, 1] {
        assert!(cache.session(&TOKEN, &store).await.unwrap().is_some());
        assert_eq!(store.reads(), reads);
    }
    cache.forget(&TOKEN);
    assert!(cache.session(&TOKEN, &store).await.unwrap().is_some());
    assert_eq!(store.reads(), 2);
}

#[tokio::test]
async fn a_user_that_changes_is_forgotten_with_every_session() {
    let (cache, store) = (following(), GatedStore::new(false));
    assert!(cache.session(&TOKEN, &store).await.unwrap().is_some());
    cache.forget_user(&UserId("another".into()));
    assert_eq!(cache.sessions.len(), 1);
    cache.forget_user(&UserId("u".into()));
    assert_eq!(cache.sessions.len(), 0);
}

#[tokio::test]
async fn nothing_is_remembered_while_the_store_is_not_followed() {
    let (cache, store) =
        (SessionCache::new(10, Watchers::new(Limits { per_session: 1, in_all: 1 })), GatedStore::new(false));
    for reads in [1, 2, 3] {
        assert!(cache.session(&TOKEN, &store).await.unwrap().is_some());
        assert_eq!(store.reads(), reads);
    }
}

#[tokio::test]
async fn what_was_read_before_an_end_is_not_remembered_after_it() {
    let (cache, store) = (following(), GatedStore::new(true));
    let late_read = cache.session(&TOKEN, &store);
    let end = async {
        store.reading.notified().await;
        cache.forget(&TOKEN);
        store.release.notify_one();
    };
    let (read, ()) = tokio::join!(late_read, end);
    assert!(read.unwrap().is_some(), "it was active when it was asked for");
    assert_eq!(cache.sessions.len(), 0);
}

#[tokio::test]
async fn checks_at_the_same_time_share_one_read() {
    let (cache, store) = (following(), GatedStore::new(true));
    let release = async {
        store.reading.notified().await;
        store.release.notify_one();
    };
    let (first, second, ()) = tokio::join!(cache.session(&TOKEN, &store), cache.session(&TOKEN, &store), release);
    assert!(first.unwrap().is_some() && second.unwrap().is_some());
    assert_eq!(store.reads(), 1);
}
