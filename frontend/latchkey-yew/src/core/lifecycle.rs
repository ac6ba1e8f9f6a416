//! How a session begins here, and how it ends: at once, and for good.

use std::rc::Rc;

use latchkey_shared::{EndReason, Session, User};

use super::machine::Step;
use crate::core::effect::Effect;
use crate::core::notice::{COOKIE_NOT_KEPT, Notice};
use crate::core::tab_message::{End, News};
use crate::end_cause::EndCause;
use crate::view::{ActiveSession, SessionState, SignIn};

impl Step {
    pub(super) fn activate(&mut self, user: User, session: Session, told_ms: u64) {
        if self.machine.ended.contains(&session.id) {
            return;
        }
        let known = self.machine.visible.session.active().filter(|active| active.session.id == session.id);
        let Some(known) = known else {
            self.machine.visible.asking = None;
            self.machine.activity_reported_ms = told_ms;
            if matches!(self.machine.visible.session, SessionState::Ended(_) | SessionState::SignedOut) {
                self.effects.push(Effect::Withdraw);
            }
            return self.become_session(SessionState::Active(ActiveSession { user: Rc::new(user), session, told_ms }));
        };
        if known.user.version < user.version || known.user.id != user.id {
            let active = ActiveSession { user: Rc::new(user), ..known.clone() };
            self.become_session(SessionState::Active(active));
        }
    }

    /// Moves on. The session that is left behind, if one is, is over for good.
    pub(super) fn become_session(&mut self, next: SessionState) {
        let id = |session: &SessionState| session.active().map(|active| active.session.id.clone());
        let user = |session: &SessionState| session.user().map(|user| user.id.clone());
        let before = std::mem::replace(&mut self.machine.visible.session, next);
        let now = &self.machine.visible.session;
        if let Some(left) = id(&before).filter(|before| Some(before) != id(now).as_ref()) {
            if user(&before) != user(now) && user(now).is_some() {
                // What was typed was another user's.
                self.machine.visible.has_unsaved_input = false;
            }
            self.machine.ended.add(left);
        }
    }

    /// There is no session, by the server's word: the other tabs are told.
    pub(super) fn end(&mut self, cause: EndCause) {
        if self.machine.pending_sign_out.is_some() {
            self.sign_out_confirmed();
        }
        self.tell_end(&cause);
        self.ended(cause);
    }

    /// There is no session. The store is emptied at once; the user is told if they had one, and only then.
    pub(super) fn ended(&mut self, cause: EndCause) {
        self.reset_session();
        self.machine.visible.doubtful = false;
        let missing = cause == EndReason::SessionMissing;
        match &self.machine.visible.session {
            SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => {}
            SessionState::Unknown if missing => self.machine.visible.session = SessionState::Anonymous,
            SessionState::Active(active)
                if missing && self.machine.cookie_unproven.as_ref() == Some(&active.session.id) =>
            {
                self.machine.visible.sign_in = SignIn::Failed(COOKIE_NOT_KEPT.to_owned());
                self.become_session(SessionState::Anonymous);
                self.effects.push(Effect::Notify(Notice::CookieNotKept));
            }
            SessionState::Unknown | SessionState::Active(_) => {
                self.ask_to_return(&cause);
                self.become_session(SessionState::Ended(cause.clone()));
                self.effects.push(Effect::Notify(Notice::Ended(cause)));
            }
        }
    }

    /// Tells the other tabs that the session that we are in is over.
    pub(super) fn tell_end(&mut self, cause: &EndCause) {
        if let SessionState::Active(active) = &self.machine.visible.session {
            let end = End { session: active.session.id.clone(), cause: cause.clone() };
            self.effects.push(Effect::Tell(News::Ended(end)));
        }
    }
}
