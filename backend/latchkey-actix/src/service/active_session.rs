//! A session that was active when it was checked.

use std::sync::Arc;

use jiff::Timestamp;
use latchkey_shared::{SessionId, SignedIn, User};

use crate::{
    cache::cached_session::{CachedSession, Remaining},
    domain::{lifetimes, token::TokenHash},
};

/// A session that was active when it was checked. Only a check creates one.
#[derive(Clone, Debug)]
pub struct ActiveSession {
    pub(super) token_hash: TokenHash,
    pub(super) record: Arc<CachedSession>,
    pub(super) checked_at: Timestamp,
    pub(super) idle_deadline: Option<Timestamp>,
    pub(super) idle_timeout_s: Option<u64>,
    pub(super) refreshable: bool,
}

impl ActiveSession {
    /// The session's public id.
    #[must_use]
    pub fn id(&self) -> &SessionId {
        &self.record.id
    }

    /// The user of the session.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.record.user
    }

    /// Whether the browser keeps the session cookie when it is closed.
    #[must_use]
    pub fn is_remembered(&self) -> bool {
        self.record.remembered
    }

    /// When the session ends without further activity: its deadline or its idle limit, the earlier of the two.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        self.idle_deadline.map_or(self.record.expires_at, |idle| idle.min(self.record.expires_at))
    }

    /// The id of the user, in UTF-8.
    #[must_use]
    pub fn user_id(&self) -> &[u8] {
        self.record.user_id()
    }

    /// The body of the answer to a check, [`Verified`](latchkey_shared::Verified), as JSON.
    #[must_use]
    pub fn verified_json(&self) -> Vec<u8> {
        self.record.verified_json(self.remaining())
    }

    /// The body of the answer to a log-in.
    #[must_use]
    pub fn signed_in(&self) -> SignedIn {
        SignedIn::new(self.user().clone(), self.record.session(self.remaining()))
    }

    fn remaining(&self) -> Remaining {
        let seconds_until = |instant| lifetimes::seconds_until(instant, self.checked_at);
        Remaining {
            expires_in_s: seconds_until(self.record.expires_at),
            idle_expires_in_s: self.idle_deadline.map(seconds_until),
            idle_timeout_s: self.idle_timeout_s,
            refreshable: self.refreshable,
        }
    }
}
