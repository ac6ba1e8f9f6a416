//! The sessions that ended here, so that nothing brings one of them back.

use std::collections::VecDeque;

use latchkey_shared::SessionId;

/// How many ended sessions are remembered: late words about older ones do not come.
const REMEMBERED: usize = 16;

/// The sessions that ended here, newest last, and whether the user left them.
#[derive(Clone, Debug, Default)]
pub(super) struct EndedSessions(VecDeque<(SessionId, bool)>);

impl EndedSessions {
    pub(super) fn contains(&self, session: &SessionId) -> bool {
        self.0.iter().any(|(ended, _)| ended == session)
    }

    /// Whether the user signed out of it here, or in another tab.
    pub(super) fn was_left(&self, session: &SessionId) -> bool {
        self.0.iter().any(|(ended, left)| *left && ended == session)
    }

    pub(super) fn add(&mut self, session: SessionId) {
        if !self.contains(&session) {
            self.push(session, false);
        }
    }

    pub(super) fn leave(&mut self, session: SessionId) {
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
