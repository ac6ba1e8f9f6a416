//! How a session becomes active and how it ends. An ended session is never active again.

use std::rc::Rc;

use latchkey_shared::{EndReason, Session, User};

use super::machine::Step;
use crate::core::effect::Effect;
use crate::core::notice::Notice;
use crate::core::tab_message::{SessionEnd, TabMessage};
use crate::end_cause::EndCause;
use crate::view::{ActiveSession, Failure, SessionState, SignIn};

impl Step {
    /// Makes the session active, unless it has ended; of an active one, updates the user.
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
            return self.set_session(SessionState::Active(ActiveSession {
                user: Rc::new(user),
                session,
                received_at_ms,
            }));
        };
        if known.user.version < user.version || known.user.id != user.id {
            let active = ActiveSession { user: Rc::new(user), ..known.clone() };
            self.set_session(SessionState::Active(active));
        }
    }

    /// Sets the state. If it replaces an active session, that one counts as ended.
    pub(super) fn set_session(&mut self, next: SessionState) {
        let id = |session: &SessionState| session.active().map(|active| active.session.id.clone());
        let user = |session: &SessionState| session.user().map(|user| user.id.clone());
        let before = std::mem::replace(&mut self.machine.view.session, next);
        let now = &self.machine.view.session;
        if let Some(left) = id(&before).filter(|before| Some(before) != id(now).as_ref()) {
            if user(&before) != user(now) && user(now).is_some() {
                // The input was the previous user's.
                self.machine.view.has_unsaved_input = false;
            }
            self.machine.ended.add(left);
        }
    }

    /// Applies the server's answer that there is no session, and notifies the other tabs.
    pub(super) fn apply_end(&mut self, cause: EndCause) {
        if self.machine.pending_sign_out.is_some() {
            self.sign_out_confirmed();
        }
        self.end_in_all_tabs(cause);
    }

    /// Ends the session in this tab, and notifies the other tabs.
    pub(super) fn end_in_all_tabs(&mut self, cause: EndCause) {
        let cause = self.known_cause(cause);
        if let SessionState::Active(active) = &self.machine.view.session {
            let end = SessionEnd { session: active.session.id.clone(), cause: cause.clone() };
            self.effects.push(Effect::NotifyTabs(TabMessage::Ended(end)));
        }
        self.end_session(cause);
    }

    /// Keeps why a session has ended: of the active one until a check has found out whether another has replaced it, of the last one if
    /// all that this tab knows is that its cookie is gone.
    pub(super) fn note_end(&mut self, end: SessionEnd) {
        if end.cause == EndReason::SessionMissing {
            return;
        }
        if self.is_current(&end) {
            self.machine.reported_end = Some(end);
        } else if let SessionState::Ended(known) = &self.machine.view.session
            && *known == EndReason::SessionMissing
            && self.machine.ended.last() == Some(&end.session)
        {
            self.offer_reauth(&end.cause);
            self.machine.view.session = SessionState::Ended(end.cause);
        }
    }

    /// The cause, or the reported one if it only says that there is no cookie.
    fn known_cause(&self, cause: EndCause) -> EndCause {
        let reported = self.machine.reported_end.as_ref().filter(|end| self.is_current(end));
        reported.filter(|_| cause == EndReason::SessionMissing).map_or(cause, |end| end.cause.clone())
    }

    /// Ends the session in this tab. A notice is shown only if one was active, or if that was unknown.
    pub(super) fn end_session(&mut self, cause: EndCause) {
        let cause = self.known_cause(cause);
        self.reset_session();
        self.machine.view.unverified = false;
        let missing = cause == EndReason::SessionMissing;
        match &self.machine.view.session {
            SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => {}
            SessionState::Unknown if missing => self.machine.view.session = SessionState::Anonymous,
            SessionState::Active(active)
                if missing && self.machine.cookie_unconfirmed.as_ref() == Some(&active.session.id) =>
            {
                self.machine.view.sign_in = SignIn::Failed(Failure::CookieNotKept);
                self.set_session(SessionState::Anonymous);
                self.effects.push(Effect::ShowNotice(Notice::CookieNotKept));
            }
            SessionState::Unknown | SessionState::Active(_) => {
                self.offer_reauth(&cause);
                self.set_session(SessionState::Ended(cause.clone()));
                self.effects.push(Effect::ShowNotice(Notice::Ended(cause)));
            }
        }
    }
}
