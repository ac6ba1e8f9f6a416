//! How a session begins here, and how it ends: at once, and for good.

use std::rc::Rc;

use latchkey_shared::{EndReason, Session, User};

use super::machine::Step;
use crate::core::effect::Effect;
use crate::core::notice::Notice;
use crate::core::tab_message::{SessionEnd, TabMessage};
use crate::end_cause::EndCause;
use crate::view::{ActiveSession, Failure, SessionState, SignIn};

impl Step {
    pub(super) fn activate(&mut self, user: User, session: Session, received_at_ms: u64) {
        if self.machine.ended.contains(&session.id) {
            return;
        }
        let known = self.machine.view.session.active().filter(|active| active.session.id == session.id);
        let Some(known) = known else {
            self.machine.view.reauth = None;
            self.machine.activity_reported_ms = received_at_ms;
            if matches!(self.machine.view.session, SessionState::Ended(_) | SessionState::SignedOut) {
                self.effects.push(Effect::WithdrawNotice);
            }
            return self.become_session(SessionState::Active(ActiveSession {
                user: Rc::new(user),
                session,
                received_at_ms,
            }));
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
        let before = std::mem::replace(&mut self.machine.view.session, next);
        let now = &self.machine.view.session;
        if let Some(left) = id(&before).filter(|before| Some(before) != id(now).as_ref()) {
            if user(&before) != user(now) && user(now).is_some() {
                // What was typed was another user's.
                self.machine.view.has_unsaved_input = false;
            }
            self.machine.ended.add(left);
        }
    }

    /// There is no session, by the server's word: the other tabs are told.
    pub(super) fn end(&mut self, cause: EndCause) {
        if self.machine.pending_sign_out.is_some() {
            self.sign_out_confirmed();
        }
        self.notify_end(&cause);
        self.ended(cause);
    }

    /// There is no session. The store is emptied at once; the user is told if they had one, and only then.
    pub(super) fn ended(&mut self, cause: EndCause) {
        self.reset_session();
        self.machine.view.unverified = false;
        let missing = cause == EndReason::SessionMissing;
        match &self.machine.view.session {
            SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => {}
            SessionState::Unknown if missing => self.machine.view.session = SessionState::Anonymous,
            SessionState::Active(active)
                if missing && self.machine.cookie_unproven.as_ref() == Some(&active.session.id) =>
            {
                self.machine.view.sign_in = SignIn::Failed(Failure::CookieNotKept);
                self.become_session(SessionState::Anonymous);
                self.effects.push(Effect::ShowNotice(Notice::CookieNotKept));
            }
            SessionState::Unknown | SessionState::Active(_) => {
                self.ask_to_return(&cause);
                self.become_session(SessionState::Ended(cause.clone()));
                self.effects.push(Effect::ShowNotice(Notice::Ended(cause)));
            }
        }
    }

    /// Tells the other tabs that the session that we are in is over.
    pub(super) fn notify_end(&mut self, cause: &EndCause) {
        if let SessionState::Active(active) = &self.machine.view.session {
            let end = SessionEnd { session: active.session.id.clone(), cause: cause.clone() };
            self.effects.push(Effect::NotifyTabs(TabMessage::Ended(end)));
        }
    }
}
