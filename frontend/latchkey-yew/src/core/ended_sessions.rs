//! The sessions that have ended, so that a late answer or message cannot make one active again.

use std::collections::VecDeque;

use latchkey_shared::SessionId;

/// How many ended sessions are remembered. No answer or message is so late that more are needed.
const REMEMBERED: usize = 16;

/// The ended sessions, newest last, each with whether the user signed out of it.
#[derive(Clone, Debug, Default)]
pub(super) struct EndedSessions(VecDeque<(SessionId, bool)>);

impl EndedSessions {
    pub(super) fn contains(&self, session: &SessionId) -> bool {
        self.0.iter().any(|(ended, _)| ended == session)
    }

    /// Whether the user signed out of it, in this tab or another.
    pub(super) fn was_signed_out(&self, session: &SessionId) -> bool {
        self.0.iter().any(|(ended, left)| *left && ended == session)
    }

    pub(super) fn add(&mut self, session: SessionId) {
        if !self.contains(&session) {
            self.push(session, false);
        }
    }

    pub(super) fn add_signed_out(&mut self, session: SessionId) {
        self.0.retain(|(ended, _)| *ended != session);
        self.push(session, true);
    }

    pub(super) fn last(&self) -> Option<&SessionId> {
        self.0.back().map(|(ended, _)| ended)
    }

    fn push(&mut self, session: SessionId, left: bool) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((session, left));
    }
}
