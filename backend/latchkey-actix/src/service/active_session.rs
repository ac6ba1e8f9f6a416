//! A session that was active when it was checked.

use std::sync::Arc;

use jiff::Timestamp;
use latchkey_shared::{SessionId, SignedIn, User};

use crate::{
    cache::cached_session::{CachedSession, PreparedCheck, Remaining},
    domain::token::TokenHash,
};

/// A session that was active when it was checked. Only a check creates one.
#[derive(Clone, Debug)]
pub struct ActiveSession {
    pub(super) token_hash: TokenHash,
    pub(super) record: Arc<CachedSession>,
    pub(super) checked_at: Timestamp,
    pub(super) idle_deadline: Option<Timestamp>,
    pub(super) remaining: Remaining,
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

    /// The id of the user.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.record.user.id.0
    }

    /// What an answer to a check of it says.
    pub(crate) fn check(&self) -> &PreparedCheck {
        self.record.check()
    }

    /// What remained of it when it was checked.
    pub(crate) fn remaining(&self) -> Remaining {
        self.remaining
    }

    /// The body of the answer to a log-in.
    #[must_use]
    pub fn signed_in(&self) -> SignedIn {
        SignedIn::new(self.user().clone(), self.record.session(self.remaining))
    }
}
