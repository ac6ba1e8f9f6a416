//! Signing in. One call that changes the cookie at a time; while it lasts no check is started, and its answer outranks theirs.

use latchkey_shared::{Login, Session, SignedIn};

use super::in_flight::CookieCall;
use super::machine::Step;
use crate::core::answer::SignInAnswer;
use crate::core::effect::Effect;
use crate::view::{Failure, SignIn};

impl Step {
    /// Signs in, at once or after the call that is in flight. A second click does nothing.
    pub(super) fn sign_in_requested(&mut self, login: Login) {
        if self.machine.view.sign_in != SignIn::Pending {
            self.machine.view.sign_in = SignIn::Pending;
            self.machine.queued_login = Some(login);
        }
    }

    pub(super) fn start_sign_in(&mut self, login: Login) {
        self.invalidate_in_flight();
        self.machine.in_flight.push(CookieCall::SignIn);
        self.effects.push(Effect::SignIn(login));
    }

    pub(super) fn sign_in_answered(&mut self, answer: SignInAnswer, sent_at_ms: u64) {
        self.call_over(|call| *call == CookieCall::SignIn);
        self.sign_in_applied(answer, sent_at_ms);
    }

    /// Applies the answer of a log-in, or of another call that begins or prolongs a session.
    pub(super) fn sign_in_applied(&mut self, answer: SignInAnswer, sent_at_ms: u64) {
        if self.machine.leave_after_call {
            return self.leave_successor(answer);
        }
        let sign_in = match answer {
            SignInAnswer::Done(signed_in) => {
                self.signed_in(signed_in, sent_at_ms);
                SignIn::Idle
            }
            SignInAnswer::Refused(refusal) => SignIn::Failed(Failure::Refused(refusal)),
            SignInAnswer::TooManyAttempts { retry_after_ms } => SignIn::LimitedUntil(self.now_ms + retry_after_ms),
            SignInAnswer::CannotTell => {
                self.machine.check_pending = true;
                SignIn::Failed(Failure::Unreachable)
            }
        };
        if self.machine.queued_login.is_none() {
            self.machine.view.sign_in = sign_in;
        }
    }

    /// Whether the deadline that was moved just now can be moved again, which the server does not say at this very instant: it can
    /// unless the cap has cut the new time short.
    fn may_slide_again(&self, session: &Session) -> bool {
        let known = self.machine.limits.as_ref().filter(|known| known.session == session.id);
        known.is_some_and(|known| session.expires_in_s * 1_000 >= known.lifetime_ms)
    }

    fn signed_in(&mut self, signed_in: SignedIn, sent_at_ms: u64) {
        let SignedIn { user, mut session, .. } = signed_in;
        session.refreshable |= self.may_slide_again(&session);
        self.mark_reachable();
        self.reset_session();
        // On the server the new session has taken the place of the one that was left.
        self.forget_pending();
        let known = self.machine.view.session.active().is_some_and(|active| active.session.id == session.id);
        if !known {
            self.machine.cookie_unproven = Some(session.id.clone());
        }
        self.machine.view.unverified = false;
        self.set_granted_limits(&session, sent_at_ms);
        if known {
            self.update_session(session.clone(), sent_at_ms);
        }
        self.activate(user, session, sent_at_ms);
        self.notify_active();
    }
}
