//! How a session begins here, and how it ends: at once, and for good.

use std::rc::Rc;

use latchkey_shared::{EndReason, Session, User};

use super::Step;
use crate::session::notice::Notice;
use crate::session::signals::Effect;
use crate::session::state::{ActiveSession, SessionState};

impl Step {
    pub(super) fn activate(&mut self, user: User, session: Session, told_ms: u64) {
        let known = self.machine.visible.session.active().is_some_and(|active| active.session.id == session.id);
        if !known {
            self.machine.visible.asking = None;
            self.machine.noted_ms = self.now_ms;
        }
        if matches!(self.machine.visible.session, SessionState::Ended(_) | SessionState::SignedOut) {
            self.effects.push(Effect::Withdraw);
        }
        self.become_session(SessionState::Active(ActiveSession { user: Rc::new(user), session, told_ms }));
    }

    /// Moves on. The session that is left, if one is, is over for good.
    pub(super) fn become_session(&mut self, next: SessionState) {
        let id = |session: &SessionState| session.active().map(|active| active.session.id.clone());
        let before = std::mem::replace(&mut self.machine.visible.session, next);
        let (left, now) = (id(&before), id(&self.machine.visible.session));
        if left.is_some() && left != now {
            self.machine.ended_session = left;
        }
    }

    /// There is no session. The store is emptied at once; the person is told if they had one, and only then.
    pub(super) fn ended(&mut self, reason: EndReason) {
        self.found_contact();
        self.forget();
        self.machine.replacing = false;
        match (&self.machine.visible.session, reason) {
            (SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut, _) => {}
            (SessionState::Unknown, EndReason::SessionMissing) => {
                self.machine.visible.session = SessionState::Anonymous;
            }
            (SessionState::Unknown | SessionState::Active(_), _) => {
                self.ask_to_return(reason);
                self.become_session(SessionState::Ended(reason));
                self.effects.push(Effect::Notify(Notice::Ended(reason)));
            }
        }
    }

    /// Makes every answer that is still on its way meaningless.
    pub(super) fn forget(&mut self) {
        self.machine.generation += 1;
        self.machine.check_owed = false;
        self.machine.fetching = None;
        self.machine.ending = None;
        self.machine.warning_ms = None;
        self.machine.visible.ending = None;
    }
}
